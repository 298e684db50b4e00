"""Reports on what more comments would bring: a learning curve, and a simulation of power."""

from stance.dataset import StanceDataset
from stance.evaluation.learning_curve import LIMITS, LearningCurve
from stance.evaluation.power import ASSUMPTIONS, Power
from stance.evaluation.scores import define, show_interval
from stance.evaluation.scores.intervals import interval_note
from stance.report._page import Report, Section, draw
from stance.report._plots import plot_curve
from stance.report._table import Table

ACROSS = "training examples"
POINTS_NOTE = (
    "examples, groups: in training, the mean over folds and draws. least, most: single draws. majority: the most "
    "frequent label of the same training examples, which never reads a comment; over_majority: the paired difference "
    "to it. Intervals: 95 % over groups that are tested, of each row by itself."
)
STEPS_NOTE = (
    "Paired by example, over whole groups; no interval is narrower than that of a single draw with independent "
    "comments. p: approximate randomisation (Noreen 1989), not adjusted for the number of steps; the verdict goes by "
    "the last one only, and by both its interval and its p."
)


def curve_report(
    curve: LearningCurve, dataset: StanceDataset, classifier: str, seed: int, folds: str, name: str, made_by: str
) -> Report:
    """Return the report of a learning curve.

    `classifier`: its name and settings, `seed`: of the draws, `folds`: under which folds, `made_by`: how it came about.
    """
    shown = curve.points.rename(columns={"examples": ACROSS, "score_low": "low", "score_high": "high"})
    figure = plot_curve(shown, ACROSS, curve.metric, f"{name}: {curve.metric} by training examples")
    words = "; ".join(
        f"{row[ACROSS]:,} examples {show_interval(row['score'], row['low'], row['high'])}"
        for row in shown.to_dict("records")
    )
    method = (
        f"{classifier} was fitted on all training examples of each fold, and on parts of them. Folds: "
        f"{folds} Each part is a half of the next larger one, made of whole groups, with the labels in proportion as "
        f"well as groups allow; each was drawn {curve.n_repeats} times (seed {seed}), and tested on all test "
        f"examples of the fold. {interval_note(curve.n_groups)}"
    )
    formats = dict.fromkeys(("over_majority", "over_majority_low", "over_majority_high"), "{:+.3f}")
    points = Table("points", f"{curve.metric} by training examples", curve.points, POINTS_NOTE, formats)
    formats = {**dict.fromkeys(("gain", "gain_low", "gain_high"), "{:+.3f}"), "p": "{:.2g}"}
    steps = Table("steps", "What each step brought", curve.steps, STEPS_NOTE, formats)
    data = f"The data are {len(dataset.examples):,} examples of stance toward {dataset.about_what}."
    sections = [
        Section("Methods", [data, method], folded=True),
        Section("Curve", [define(curve.metric)], [draw("curve", figure, f"{curve.metric}: {words}")], [points]),
        Section("Steps", tables=[steps]),
        Section("What the curve cannot tell", LIMITS),
    ]
    return Report(f"{name}: learning curve", curve.verdict(), sections, made_by)


def power_report(found: Power, dataset: str, method: str, made_by: str) -> Report:
    """Return the report of a simulation: how it was made, what can be shown now, how many comments it would take."""
    percent = round(100 * found.wanted)
    curve = found.curve[["difference", "power"]]
    sizes = found.sizes[["comments", "groups", "power"]]
    shown = {"difference": "{:.2f}", "power": "{:.2f}", "comments": "{:,.0f}", "groups": "{:,.0f}"}
    now = Table(
        "differences", f"A true difference in {found.metric}, and how often this data shows it", curve, "", shown
    )
    note = f"Wanted: a difference of {found.effect:.2f} shown in {percent} of 100 studies."
    more = Table("comments", f"Comments, and how often they show {found.effect:.2f}", sizes, note, shown)
    sections = [Section("Power", [method, ASSUMPTIONS], (), [now, more])]
    return Report(f"{dataset}: what could be shown", [str(found)], sections, made_by)
