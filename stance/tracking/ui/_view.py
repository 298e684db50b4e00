"""The view that comes with an experiment name: what a person wants to see of each run, the best first.

MLflow keeps a view that was shared as a tag of the experiment, and opens it where a link names its key; the columns and
facets are those of MLflow 3.17, whose pages were asked.
"""

import json

from stance.tracking._store import Store

KEY = "stance"
TAG = f"mlflow.sharedViewState.{KEY}"
CHOSEN = ("params.`classifier`", "params.`folds`", "tags.`score`", "tags.`cheats`")
# the columns in their order with their widths in pixels: all are seen beside the panel that MLflow opens at first
WIDTHS = {
    "attributes.`Run Name`": 230,
    **dict(zip(CHOSEN, (100, 120, 135, 60), strict=True)),
    "runDateAndNestInfo": 150,
    "duration": 80,
}


def keep_view(store: Store, metric: str) -> None:
    """Write the view of an experiment name into its tags, sorted by a metric, unless it stands there already.

    A view that an older version has written, or that was written for another metric, is written again.
    """
    wanted = json.dumps(_view(metric))
    if store.ask(lambda: store.client.get_experiment(store.experiment_id)).tags.get(TAG) != wanted:
        store.ask(lambda: store.client.set_experiment_tag(store.experiment_id, TAG, wanted))


def _view(metric: str) -> dict[str, object]:
    return {
        "searchFilter": "",
        "orderByKey": f"metrics.`{metric}`",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": [*CHOSEN],
        "columnOrder": [*WIDTHS],
        "columnWidths": WIDTHS,
        "runListHidden": False,
        "viewMaximized": True,
        "compareRunCharts": _charts(metric),
        "compareRunSections": [_section(metric)],
        "isAccordionReordered": True,  # or else sections are sorted by name, and ours stands anywhere
    }


def _charts(metric: str) -> list[dict[str, object]]:
    """Return a bar for each run of a metric and of the ends of its interval; MLflow adds one for each other metric."""
    return [
        {
            "uuid": f"{KEY}-{name}",
            "type": "BAR",
            "metricKey": name,
            "displayName": name,
            "metricSectionId": _section(metric)["uuid"],
            "isGenerated": False,
            "deleted": False,
        }
        for name in (metric, f"low/{metric}", f"high/{metric}")
    ]


def _section(metric: str) -> dict[str, object]:
    return {
        "uuid": f"{KEY}-interval",
        "name": f"{metric} with its interval",
        "display": True,
        "isReordered": False,
        "deleted": False,
        "isGenerated": False,
    }
