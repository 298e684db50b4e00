"""The report of one run: what a person would put before a reviewer."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from stance.dataset.duplicates import FEW_WORDS
from stance.evaluation.leaks import N_RESAMPLES
from stance.evaluation.scores import confusion, define, show_interval
from stance.evaluation.scores.intervals import FEW_GROUPS, FEW_IN_MEAN, FEW_WITH_LABEL, interval_note
from stance.folds.groups import all_single, is_given
from stance.report._analysis import analysis_sections
from stance.report._browse import browse_run
from stance.report._comparison import CHEATING_NOTE, mark_cheats
from stance.report._methods import describe_data, describe_folds, describe_method
from stance.report._page import Picture, Report, Section, draw
from stance.report._plots import plot_confusion, plot_folds, plot_scores
from stance.report._reported import Reported
from stance.report._table import Table
from stance.report._verdict import in_words, run_limits, run_verdict, strict_folds

if TYPE_CHECKING:
    from stance.evaluation import Tested

OTHER_RESAMPLES = f" The intervals of this section come from {N_RESAMPLES:,} resamples, and differ from those above."
DOUBT_NOTE = (
    f" Not to be trusted are intervals that rest on a label given in fewer than {FEW_WITH_LABEL} groups or predicted "
    f"in fewer than {FEW_GROUPS}, those of means over all labels where one is given in fewer than {FEW_IN_MEAN}, and "
    "those of scores near the best or worst value: they hold the truth too seldom."
)
REPEATS_NOTE = "Counts are of all {} repeats together: each example is counted {} times."
CROSS_TARGET_NOTE = (
    "shift: total variation distance of the target's label shares to those of all others. held_out: the score on the "
    "target; known: where others of it are trained on, the mean over the shuffled folds; drop: known less held_out. At "
    "equal shares each label of the target weighs alike (Kitagawa 1955)."
)
SIDES = ("authors", "threads", "targets", "duplicates")
SIDES_NOTE = (
    "shared: on both sides of the fold; shared duplicates: test examples with a duplicate in training, by "
    "the dataset's own finding (the same text; near ones if they were asked for)."
)


def run_report(reported: Reported, made_by: str, limits: Sequence[str] = ()) -> Report:
    """Return the report of a run; `Report.without_words` is the one for where comments' words may not go.

    `limits`: those of the data set, a sentence each.
    """
    evaluation, examples = reported.evaluation, reported.examples
    # what other data sets lend for training is not what is described
    own = examples[examples["source"].isna()] if "source" in examples else examples
    n_groups = evaluation.predictions["group"].nunique()
    data = describe_data(reported.stats, len(own), sorted(own["target"].unique()))
    if len(own) < len(examples):
        lent = ", ".join(f"{number:,} of {name}" for name, number in examples["source"].value_counts().items())
        data += f" For training there are examples of other data sets beside them: {lent}."
    methods = [data, describe_method(evaluation, reported.config, own, reported.sentences)]
    if reported.agreement:
        methods.insert(1, f"Agreement of the labels: {reported.agreement}.")
    methods += _asked(evaluation.cost)
    sections = [
        Section("Methods", methods, folded=True),
        _scores_section(reported, n_groups),
        _leak_section(reported),
        Section("What this cannot tell", [*run_limits(evaluation), *map(_closed, limits)]),
        _confusion_section(reported),
        _folds_section(reported),
        *analysis_sections(reported),
    ]
    return Report(reported.title, run_verdict(evaluation, n_groups), sections, made_by, browse_run(reported))


def _asked(cost: Mapping[str, float]) -> list[str]:
    """Say what a language model has cost, and how far its answers hang on how it is asked; nothing for all others."""
    said = []
    if "tokens" in cost:
        money = f", {cost['money']:.2f} in money" if "money" in cost else ""
        said.append(f"The answers that its predictions rest on took {cost['tokens']:,.0f} tokens{money}.")
    if "phrasings_agree" in cost:
        said.append(
            f"Asked in several phrasings, the model gave the same label in all for {cost['phrasings_agree']:.0%} of "
            "the examples; for the others the prompt decides, not the comment (prompt stability, Barrie et al. 2024)."
        )
    return [" ".join(said)] if said else []


def _closed(sentence: str) -> str:
    """Return a sentence with one mark at its end: those of a card may lack it, those about a page have two."""
    bare = sentence.rstrip(".")
    return bare if bare.endswith(("?", "!", "…")) else f"{bare}."


def _interval(row: pd.Series, metric: str) -> str:
    return show_interval(row[metric], row[f"{metric}_low"], row[f"{metric}_high"])


def _scores_section(reported: Reported, n_groups: int) -> Section:
    scores = [score for score in reported.evaluation.scores if score.value == score.value]
    frame = pd.DataFrame(
        [(s.metric, s.value, s.low, s.high) for s in scores], columns=["metric", "score", "low", "high"]
    )
    hints = {s.metric: reported.sentences.get(s.metric) or define(s.metric) for s in scores}
    note = interval_note(n_groups)
    if any(score.doubt for score in scores):
        frame["not_to_be_trusted"] = [score.doubt for score in scores]
    if any(score.doubt and score.low == score.low for score in scores):
        note += DOUBT_NOTE
    tables = [Table("scores", "Scores", frame, note, hints=hints)]
    said = []
    if (ceiling := reported.evaluation.ceiling) is not None:
        # they need not be people, and then this is no ceiling for what people mean
        who = (reported.stats.get("agreement") or {}).get("note", "").split("; ")[0]
        said.append(f"What annotators reach{f' ({who})' if who else ''}: {ceiling}.")
        tables.append(Table("annotators", "Each annotator against the others", ceiling.annotators))
    if (refits := reported.evaluation.refits) is not None:
        said.append(
            "Trained anew, with other seeds and on training groups drawn with replacement (such a draw leaves some "
            f"out, so that it may score less), it scores {in_words(reported.evaluation.metric)} {refits}."
        )
    if (chance := reported.evaluation.chance) is not None:
        said.append(f"Against chance, by permutation within groups (Winkler et al. 2015): {chance}.")
    return Section("Scores", said, tables=tables)


def _leak_section(reported: Reported) -> Section:
    leaks, metric = reported.evaluation.leaks, reported.evaluation.metric
    paragraphs = [leaks.note, *(f"Left out: {reason}." for reason in leaks.left_out), *leaks.findings]
    if leaks.gaps:
        gaps = [f"{gap.metric} {show_interval(gap.value, gap.low, gap.high, '+.3f')}" for gap in leaks.gaps]
        against = strict_folds(reported.evaluation.tested.scheme)
        paragraphs.append(f"Random folds against {against}: {', '.join(gaps)}.")
    summary = reported.evaluation.tested.summary
    if "shared_duplicates" in summary:
        shared = int(summary["shared_duplicates"].sum())
        paragraphs.append(
            f"Test examples with a duplicate in training: {shared:,} (the same text; near ones if asked for)."
            + (f" Texts of fewer than {FEW_WORDS} words or of what was deleted join nobody." if shared else "")
        )
    shown = leaks.rows.assign(
        name=[f"{row['name']}, {row['folds']} folds" for row in leaks.rows.to_dict("records")],
        score=leaks.rows[metric],
        low=leaks.rows[f"{metric}_low"],
        high=leaks.rows[f"{metric}_high"],
    )
    figure = plot_scores(shown, metric, "What is owed to folds, and what cheating reaches")
    words = "; ".join(f"{row['name']} {_interval(row, metric)}" for _, row in shown.iterrows())
    doubts = [name for name in leaks.rows if str(name).endswith("_doubt")]
    named = leaks.rows.assign(name=mark_cheats(leaks.rows["name"], leaks.rows["cheats"])).drop(columns=doubts)
    if leaks.rows[doubts].any(axis=None):
        named["not_to_be_trusted"] = [_doubts(row) for row in leaks.rows[doubts].to_dict("records")]
    note = CHEATING_NOTE + ("" if reported.config["bootstrap"]["n_resamples"] == N_RESAMPLES else OTHER_RESAMPLES)
    table = Table("leaks", "Beside rows that cheat, and other folds", named, note, marked="cheats")
    tables = [table]
    if (cross := reported.evaluation.cross_target) is not None:
        paragraphs.append(cross.said(in_words(metric)))
        tables.append(Table("cross_target", "Targets that were held out", cross.table, CROSS_TARGET_NOTE))
    return Section("Leak report", paragraphs, [draw("leaks", figure, f"{in_words(metric)}: {words}")], tables)


def _doubts(row: Mapping[Hashable, str]) -> str:
    """Say which metrics of a row have an interval that is not to be trusted, and why."""
    why: dict[str, list[str]] = {}
    for name, doubt in row.items():
        if doubt:
            why.setdefault(doubt, []).append(str(name).removesuffix("_doubt"))
    return "; ".join(f"{', '.join(names)}: {doubt}" for doubt, names in why.items())


def _confusion_section(reported: Reported) -> Section:
    labels = reported.labels
    matrix = confusion(reported.evaluation.predictions, labels)
    frame = pd.DataFrame(matrix, columns=[f"predicted {label}" for label in labels])
    frame.insert(0, "label", list(labels))
    words = ", ".join(
        f"{count} {label} predicted as {predicted}"
        for label, row in zip(labels, matrix.tolist(), strict=True)
        for predicted, count in zip(labels, row, strict=True)
        if count
    )
    picture = draw("confusion", plot_confusion(matrix, labels, reported.title), f"Confusion matrix: {words}")
    repeats = reported.evaluation.predictions["repeat"].nunique()
    note = REPEATS_NOTE.format(repeats, repeats) if repeats > 1 else ""
    return Section("Confusion", pictures=[picture], tables=[Table("confusion", "Confusion", frame, note)])


def _folds_section(reported: Reported) -> Section:
    tested = reported.evaluation.tested
    summary = tested.summary
    found = [
        f"Fold {row['fold']}" + (f" of repeat {row['repeat']}" if row["repeat"] else "") + f": {row['finding']}."
        for row in summary.to_dict("records")
        if row["finding"]
    ]
    unknown = dict(_unknown(reported))
    sides = []
    for word in ("authors", "threads", "targets"):
        if f"shared_{word}" in summary and word not in unknown:
            straddling = int((summary[f"shared_{word}"] > 0).sum())
            sides.append(f"{word} in {straddling or 'none'}")
    on_both = [f"On both sides of a fold: {', '.join(sides)}."] if sides else []
    first = " ".join([f"{describe_folds(summary)}.", *on_both, *unknown.values()])
    notes = [note if note.endswith(".") else f"{note}." for note in tested.notes]
    few = [*found[:5], *([f"And {len(found) - 5} folds more like these."] if len(found) > 5 else [])]
    pictures = [_folds_picture(tested, reported.labels, f"What each fold tests: {first}")]
    said = [first, *notes, *([" ".join(few)] if few else [])]
    return Section("Folds", said, pictures, _fold_tables(reported), folded=True)


def _unknown(reported: Reported) -> Iterator[tuple[str, str]]:
    """Yield of authors and threads what the examples do not tell, in a word and in a sentence: nothing parts those."""
    examples = reported.examples
    if "author" in examples and not is_given(examples["author"]).any():
        yield "authors", "No example shows its author: whether one stands on both sides is not known."
    if all_single(examples):
        yield "threads", "Each thread is a single comment."


# the pictures of folds that were drawn last: in a sweep every classifier has the same
_DRAWN: dict[tuple[str, ...], Picture] = {}
MOST_DRAWN = 20


def _folds_picture(tested: "Tested", labels: Sequence[str], words: str) -> Picture:
    """Return the picture of what each fold tests, drawn once for the same folds."""
    folds = (tested.summary.to_json(), tested.targets.to_json(), *labels, tested.scheme, words)
    if folds not in _DRAWN:
        figure = plot_folds(tested.summary, tested.targets, labels, f"{tested.scheme}: what each fold tests")
        if len(_DRAWN) >= MOST_DRAWN:
            _DRAWN.clear()
        _DRAWN[folds] = draw("folds", figure, words)
    return _DRAWN[folds]


def _fold_tables(reported: Reported) -> list[Table]:
    """Return what folds hold by label, who stands on which side, and their targets where there are several."""
    tested = reported.evaluation.tested
    single = ["repeat"] if tested.summary["repeat"].nunique() == 1 else []
    summary = tested.summary.drop(columns=single)
    known = set(SIDES) - set(dict(_unknown(reported)))
    sides = [name for name in map(str, summary) if name.rpartition("_")[2] in SIDES]
    shown = [name for name in sides if name.rpartition("_")[2] in known]
    numbers = [name for name in ("repeat", "fold") if name in summary]
    found = ["finding"] if summary["finding"].any() else []
    tables = [
        Table("folds", "Folds", summary.drop(columns=[*sides, "finding"])),
        Table("fold_sides", "On which side they stand", summary[[*numbers, *shown, *found]], SIDES_NOTE),
    ]
    if reported.examples["target"].nunique() > 1:
        tables.append(Table("fold_targets", "Targets by fold", tested.targets.drop(columns=single)))
    return tables
