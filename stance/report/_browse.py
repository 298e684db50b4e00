"""A page of every comment of a run, to be filtered and sorted in the browser, so that all errors can be read."""

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stance.report._reported import Reported

if TYPE_CHECKING:
    import pandas as pd

WORDS = ("text", "evidence", "features")


@dataclass(frozen=True, slots=True, eq=False)
class Browse:
    """Every example of the first repeat with its prediction, one row each; `labels` in their order.

    Columns: label, predicted, confidence (the probability of what was predicted, null without probabilities), text,
    evidence and features where words of comments may go, words (how many the text has), author, target, example_id.
    """

    title: str
    labels: tuple[str, ...]
    frame: "pd.DataFrame"

    def without_words(self) -> "Browse":
        """Return the same without the columns that hold words of comments."""
        return replace(self, frame=self.frame.drop(columns=[name for name in WORDS if name in self.frame]))

    def to_json(self) -> str:
        """Return labels, columns and rows as JSON that may stand inside a script element."""
        frame = self.frame.astype(object).where(self.frame.notna(), None)
        whole = {"labels": self.labels, "columns": list(frame), "rows": frame.to_numpy().tolist()}
        # no end of a script and no comment can be read into what comments say
        return json.dumps(whole, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def browse_run(reported: Reported) -> Browse:
    """Return the comments of a run to browse, those that were predicted wrongly and most surely so first."""
    joined = reported.predicted_examples()
    scores = [f"score_{label}" for label in reported.labels]
    sure = joined[scores].max(axis=1).round(3) if set(scores) <= set(joined) else None
    frame = joined[["label", "predicted"]].assign(
        confidence=sure,
        text=joined["text"],
        evidence=[" | ".join(dict.fromkeys(one for one in said if one)) for said in joined["evidence"]],
        features=joined["features"],
        words=[len(text.split()) for text in joined["text"]],
        author=joined["author"],
        target=joined["target"],
        example_id=joined["example_id"],
    )
    wrong = frame["label"] != frame["predicted"]
    order = frame.assign(wrong=wrong).sort_values(
        ["wrong", "confidence", "example_id"], ascending=[False, False, True], kind="stable"
    )
    return Browse(reported.title, tuple(reported.labels), order.drop(columns="wrong").reset_index(drop=True))
