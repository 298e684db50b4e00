"""All metrics and params of a run, as the files that it tracks."""

import json
from collections.abc import Mapping, Sequence

METRICS_FILE, PARAMS_FILE = "metrics.json", "params.json"


def metrics_json(metrics: Sequence[tuple[str, float, int]]) -> bytes:
    """Return all metrics (name, value, step) as JSON by name; those that have a value for each fold as a list."""
    found: dict[str, float | list[float]] = {}
    for name, value, step in metrics:
        if name.startswith("fold_"):
            values = found.setdefault(name, [])
            assert isinstance(values, list)
            assert step == len(values)
            values.append(value)
        else:
            found[name] = value
    return json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True).encode()


def params_json(params: Mapping[str, object]) -> bytes:
    """Return all params as JSON by their dotted names, each as the text that a store keeps."""
    shown = {name: str(value) for name, value in params.items()}
    return json.dumps(shown, indent=2, ensure_ascii=False, sort_keys=True).encode()
