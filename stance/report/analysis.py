"""The parts of a run's report that ask where and why a classifier goes wrong."""

from typing import TYPE_CHECKING

from stance.calibration import reliability_table
from stance.classifiers import CHEATING
from stance.classifiers.features import strongest_by_label
from stance.mistakes import example_kinds, hardest_examples, suspected_labels
from stance.plots import plot_reliability
from stance.report.page import Section, draw
from stance.report.table import Table
from stance.scores import score_by

if TYPE_CHECKING:
    import pandas as pd

    from stance.report.run import Reported

KINDS = {
    "target": "By target",
    "length": "By length",
    "depth": "By depth in the thread",
    "author_comments": "By the author's number of examples",
}
WORDLESS_COLUMNS = ("example_id", "label", "predicted", "author", "right", "wrong")
SUSPECTED_NOTE = (
    "Confident learning (Northcutt, Jiang and Chuang 2021, by cleanlab) on probabilities from outside the fold. A "
    "doubted label is a reason to annotate again, not to change it."
)


def analysis_sections(reported: "Reported") -> list[Section]:
    """Return the sections of error analysis: by kind, calibration, tuning, mistakes, features, every comment."""
    sections = [_kinds_section(reported)]
    if f"score_{reported.labels[0]}" in reported.evaluation.predictions:
        sections.append(_calibration_section(reported))
    if len(reported.evaluation.tuned):
        table = Table("tuned", "Chosen inside each fold", reported.evaluation.tuned)
        sections.append(Section("Tuning", [reported.evaluation.tuning], tables=[table]))
    sections.append(_mistakes_section(reported))
    return [*sections, _features_section(reported), _comments_section(reported)]


def _kinds_section(reported: "Reported") -> Section:
    predictions = reported.evaluation.predictions.merge(
        example_kinds(reported.examples), left_on="example_id", right_index=True
    )
    groups = predictions.drop_duplicates("example_id").set_index("example_id")["group"]
    tables = [
        Table(f"by_{column}", title, score_by(predictions, column, groups, reported.labels))
        for column, title in KINDS.items()
        if predictions[column].nunique() > 1
    ]
    said = [] if tables else ["All examples are of one kind: one target, length, depth and frequency of author."]
    return Section("Where it goes wrong", said, tables=tables)


def _calibration_section(reported: "Reported") -> Section:
    table = reliability_table(reported.evaluation.predictions, reported.labels)
    figure = plot_reliability(table, reported.title)
    filled = table[table["rows"] > 0]
    words = "; ".join(
        f"where it was {row['probability']:.2f} sure, {row['right']:.2f} were right" for _, row in filled.iterrows()
    )
    note = "A bin holds the predictions whose probability lies in it. Brier, log loss and ECE are among the scores."
    return Section(
        "Calibration",
        pictures=[draw("reliability", figure, f"Reliability: {words}")],
        tables=[Table("reliability", "Reliability", filled, note)],
    )


def _mistakes_section(reported: "Reported") -> Section:
    hardest = hardest_examples(reported.examples, reported.evaluation.predictions, reported.labels)
    doubted = suspected_labels(reported.examples, reported.evaluation.predictions, reported.labels)
    if reported.evaluation.name in CHEATING:  # what never reads a comment cannot doubt its label
        doubted = doubted.head(0)
    shown = hardest[["example_id", "label", "predicted", "wrong", "surety", "disagreement"]]
    note = (
        "wrong: share of repeats; surety: probability of what was predicted less that of the label; disagreement: "
        "share of annotators who gave another label."
    )
    tables = [Table("hardest", "Most wrongly predicted", shown, note)] if len(hardest) else []
    tables += [Table("suspected", "Labels to look at again", doubted, SUSPECTED_NOTE)] if len(doubted) else []
    said = [] if len(hardest) else ["Every example was predicted rightly in every repeat."]
    if not len(doubted):
        said.append("No label is doubted by confident learning, or there are no probabilities to doubt it with.")
    return Section("Hardest examples", said, tables=tables)


def _features_section(reported: "Reported") -> Section:
    import pandas as pd

    title = "What it looks at"
    fitted = getattr(reported.evaluation.fitted, "best_estimator_", reported.evaluation.fitted)
    strongest = strongest_by_label(fitted)
    if not strongest:
        note = "How much macro F1 falls when a column of the test rows is shuffled (Breiman 2001): the mean over folds."
        return Section(title, tables=[Table("importance", title, reported.evaluation.importance, note)])
    rows = [(label, " · ".join(names)) for label, names in strongest.items()]
    frame = pd.DataFrame(rows, columns=["label", "n-grams"])
    note = "The n-grams that speak most for each label in the classifier fitted on all examples, strongest first."
    hidden = "N-grams are words of comments; they are in the report that stays on the machine of the run."
    return Section(title, tables=[Table("features", title, frame, note)], wordless=Section(title, [hidden]))


def _comments_section(reported: "Reported") -> Section:
    frame = comment_table(reported)
    tables = [
        Table("comments", "Comments", frame[columns], marked="wrong")
        for columns in (list(frame), list(WORDLESS_COLUMNS))
    ]
    return Section("Comments", tables=tables[:1], wordless=Section("Comments", tables=tables[1:]))


def comment_table(reported: "Reported") -> "pd.DataFrame":
    """Return one row an example of the first repeat: its label, what was predicted, whether rightly, and its words."""
    predictions = reported.evaluation.predictions
    first = predictions[predictions["repeat"] == predictions["repeat"].min()]
    joined = reported.examples.merge(
        first[["example_id", "fold", "predicted", "features"]], on="example_id", validate="one_to_one"
    )
    quoted = [" | ".join(dict.fromkeys(f"“{one}”" for one in said if one)) for said in joined["evidence"]]
    return joined[["example_id", "label", "predicted", "author"]].assign(
        right=(joined["label"] == joined["predicted"]).map({True: "right", False: "wrong"}),
        wrong=joined["label"] != joined["predicted"],
        evidence=quoted,
        features=joined["features"],
        text=joined["text"],
    )
