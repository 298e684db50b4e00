"""The parts of a run's report that ask where and why a classifier goes wrong."""

import re

import pandas as pd

from stance.classifiers import CHEATING
from stance.classifiers.features import strongest_by_label
from stance.dataset.examples import extra_columns
from stance.evaluation.mistakes import MOST_VALUES, example_kinds, hardest_examples, suspected_labels
from stance.evaluation.scores import score_by
from stance.evaluation.scores.calibration import reliability_table
from stance.report._page import Section, draw
from stance.report._plots import plot_reliability
from stance.report._reported import Reported
from stance.report._table import Table
from stance.report._verdict import few_note

KINDS = {
    "target": "By target",
    "length": "By length",
    "depth": "By depth in the thread",
    "author_comments": "By the author's number of examples",
}
WORDLESS_COLUMNS = ("example_id", "label", "predicted", "author", "right", "wrong")
GAPS_NOTE = (
    "gap: the value less all other examples; 95 % intervals, adjusted for the number of values (Bonferroni), "
    "jackknife-t over groups. told: 0 lies outside. overconfidence: how much surer the classifier is than it is right, "
    "on average."
)
SUSPECTED_NOTE = (
    "Confident learning (Northcutt, Jiang and Chuang 2021, by cleanlab) on probabilities from outside the fold. A "
    "doubted label is a reason to annotate again, not to change it."
)

COMMENTS_NOTE = (
    "Of the first repeat; set off where the prediction was wrong. comments.html, in the same folder, has all of them, "
    "to be filtered by label, target, length and confidence."
)


def analysis_sections(reported: Reported) -> list[Section]:
    """Return the sections of error analysis: by kind, calibration, tuning, mistakes, features, every comment."""
    sections = [_kinds_section(reported)]
    if f"score_{reported.labels[0]}" in reported.evaluation.predictions:
        sections.append(_calibration_section(reported))
    if len(reported.evaluation.tuned):
        tuned = reported.evaluation.tuned
        chosen = tuned if tuned["repeat"].nunique() > 1 else tuned.drop(columns="repeat")
        table = Table("tuned", "Chosen inside each fold", chosen)
        sections.append(Section("Tuning", [reported.evaluation.tuning], tables=[table]))
    sections.append(_mistakes_section(reported))
    return [*sections, _features_section(reported), _comments_section(reported)]


def _kinds_section(reported: Reported) -> Section:
    predictions = reported.evaluation.predictions.merge(
        example_kinds(reported.examples), left_on="example_id", right_index=True
    )
    groups = predictions.drop_duplicates("example_id").set_index("example_id")["group"]
    asked = {each.column: each for each in reported.evaluation.by}
    # of a kept column with another value in nearly every row there is nothing to tell
    kept = [column for column in extra_columns(reported.examples) if predictions[column].nunique() <= MOST_VALUES]
    titles = KINDS | {column: f"By {column}" for column in kept}
    scored = {
        column: score_by(predictions, column, groups, reported.labels)
        for column in titles
        if column not in asked and predictions[column].nunique() > 1
    } | {column: each.scores for column, each in asked.items()}
    tables = []
    for column in [*(name for name in titles if name in scored), *(name for name in asked if name not in titles)]:
        name, table = f"by_{re.sub(r'[^A-Za-z0-9]+', '_', column)}", _with_doubts(scored[column])
        tables.append(Table(name, titles.get(column, f"By {column}"), table, few_note(table)))
        if column in asked and len(asked[column].gaps):
            gaps = asked[column].gaps
            title = f"{titles.get(column, f'By {column}')}: each beside all others"
            tables.append(Table(f"{name}_gaps", title, _with_doubts(gaps), GAPS_NOTE))
    said = [] if tables else ["All examples are of one kind: one target, length, depth and frequency of author."]
    said += [sentence for each in asked.values() for sentence in each.said()]
    return Section("Where it goes wrong", said, tables=tables)


def _with_doubts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without its column of doubts where there are none."""
    return table if table["not_to_be_trusted"].any() else table.drop(columns="not_to_be_trusted")


def _calibration_section(reported: Reported) -> Section:
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
        folded=True,
    )


def _mistakes_section(reported: Reported) -> Section:
    hardest = hardest_examples(reported.examples, reported.evaluation.predictions, reported.labels)
    doubted = suspected_labels(reported.examples, reported.evaluation.predictions, reported.labels)
    if reported.evaluation.name in CHEATING:  # what never reads a comment cannot doubt its label
        doubted = doubted.head(0)
    shown = hardest[["example_id", "label", "predicted", "wrong", "surety", "disagreement"]]
    note = (
        "wrong: share of repeats; surety: probability of what was predicted less that of the label; disagreement: "
        "share of annotators who gave another label."
    )
    if hardest["surety"].isna().all():
        note += " Without probabilities those that are wrong equally often stand in the order of their ids."
    texts = reported.examples.set_index("example_id")["text"]
    worded = shown.assign(text=shown["example_id"].map(texts))
    doubts = SUSPECTED_NOTE + _weight_of_doubt(reported)
    suspected = [Table("suspected", "Labels to look at again", doubted, doubts)] if len(doubted) else []
    said = [] if len(hardest) else ["Every example was predicted rightly in every repeat."]
    if reported.evaluation.name in CHEATING:
        said.append("What never reads a comment cannot doubt its label.")
    elif not len(doubted):
        has_scores = f"score_{reported.labels[0]}" in reported.evaluation.predictions
        said.append(f"No label is doubted{' by confident learning' if has_scores else ': there are no probabilities'}.")
    with_words, wordless = (
        [*([Table("hardest", "Most wrongly predicted", rows, note)] if len(rows) else []), *suspected]
        for rows in (worded, shown)
    )
    title = "Hardest examples"
    return Section(title, said, tables=with_words, wordless=Section(title, said, tables=wordless))


def _weight_of_doubt(reported: Reported) -> str:
    """Return what must be said of the doubts of a classifier that scores no more than what cheats."""
    rows, metric = reported.evaluation.leaks.rows, reported.evaluation.metric
    cheats = rows.loc[rows["cheats"], metric]
    weak = len(cheats) and rows[metric].iloc[0] <= cheats.max()
    return " The doubts of this classifier, which scores no more than what cheats, are worth little." if weak else ""


def _features_section(reported: Reported) -> Section:
    title = "What it looks at"
    fitted = getattr(reported.evaluation.fitted, "best_estimator_", reported.evaluation.fitted)
    strongest = strongest_by_label(fitted)
    if not strongest:
        note = (
            "How much macro F1 falls when a column is shuffled over all tested rows of the first repeat "
            "(Breiman 2001): the mean over 5 shuffles."
        )
        return Section(title, tables=[Table("importance", title, reported.evaluation.importance, note)], folded=True)
    rows = [(label, " · ".join(strongest[label])) for label in reported.labels if label in strongest]
    frame = pd.DataFrame(rows, columns=["label", "n-grams"])
    note = "The n-grams that speak most for each label in the classifier that is kept, strongest first."
    hidden = "N-grams are words of comments; they are in the report that stays on the machine of the run."
    wordless = Section(title, [hidden], folded=True)
    return Section(title, tables=[Table("features", title, frame, note)], wordless=wordless, folded=True)


def _comments_section(reported: Reported) -> Section:
    frame = comment_table(reported)
    tables = [
        Table("comments", "Comments", frame[columns], COMMENTS_NOTE, marked="wrong")
        for columns in (list(frame), list(WORDLESS_COLUMNS))
    ]
    wordless = Section("Comments", tables=tables[1:], folded=True)
    return Section("Comments", tables=tables[:1], wordless=wordless, folded=True)


def comment_table(reported: Reported) -> pd.DataFrame:
    """Return one row an example of the first repeat: its label, what was predicted, whether rightly, and its words."""
    joined = reported.predicted_examples()
    quoted = [" | ".join(dict.fromkeys(f"“{one}”" for one in said if one)) for said in joined["evidence"]]
    return joined[["example_id", "label", "predicted", "author"]].assign(
        right=(joined["label"] == joined["predicted"]).map({True: "right", False: "wrong"}),
        wrong=joined["label"] != joined["predicted"],
        evidence=quoted,
        features=joined["features"],
        text=joined["text"],
    )
