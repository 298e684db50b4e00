"""Pictures: what is written in them, and the same bytes for the same numbers."""

import subprocess
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest

from stance.evaluation.comparison import Comparison
from stance.report._plots import figure_bytes, plot_comparison, plot_confusion, plot_folds, settle
from tests.tables import LABELS

MATRIX = np.array([[8, 0, 1], [2, 1, 1], [3, 0, 0]])


def comparison():
    scores = pd.DataFrame(
        [
            ("majority", "leave_one_out", True, 0.24, 0.15, 0.31),
            ("logreg", "leave_one_out", False, 0.61, 0.40, 0.80),
            ("logreg", "leave_one_author_out", False, 0.50, 0.52, 0.70),
            ("linear_svm", "leave_one_out", False, float("nan"), float("nan"), float("nan")),
        ],
        columns=["classifier", "folds", "cheats", "score", "low", "high"],
    )
    return Comparison("macro_f1", "majority", scores, pd.DataFrame(), pd.DataFrame(), "")


def test_the_counts_of_a_confusion_matrix_are_written_in_its_cells():
    axes = plot_confusion(MATRIX, LABELS, "a title").axes[0]
    found = {text.get_position(): text.get_text() for text in axes.texts}
    assert found == {(column, row): str(MATRIX[row, column]) for row in range(3) for column in range(3)}
    assert [tick.get_text() for tick in axes.get_xticklabels()] == list(LABELS)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(LABELS)
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("predicted", "label", "a title")


def test_counts_can_be_read_on_dark_and_on_light_cells():
    colours = {text.get_text(): text.get_color() for text in plot_confusion(MATRIX, LABELS, "").axes[0].texts}
    assert (colours["8"], colours["3"], colours["2"]) == ("white", "white", "black"), "by the share of the row"


def test_a_matrix_of_noughts_can_be_drawn():
    assert figure_bytes(plot_confusion(np.zeros((2, 2), int), ("a", "b"), ""), "png").startswith(b"\x89PNG")


def test_a_comparison_has_a_row_for_each_classifier_and_a_marker_for_each_fold_scheme():
    figure = plot_comparison(comparison())
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["majority (cheats)", "logreg", "linear_svm"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["leave_one_out", "leave_one_author_out"]
    lines = [container.lines[0] for container in axes.containers]
    assert [line.get_marker() for line in lines] == ["o", "s"]
    assert lines[0].get_xdata()[:2].tolist() == [0.24, 0.61]
    assert axes.get_xlabel() == "macro_f1, 95 % interval over groups"


def test_the_arms_end_at_the_interval_and_never_point_inward():
    scores = comparison().scores.dropna()
    figure = plot_comparison(Comparison("macro_f1", "majority", scores, pd.DataFrame(), pd.DataFrame(), ""))
    first, second = (container.lines[2][0].get_segments() for container in figure.axes[0].containers)
    assert first[1][:, 0].tolist() == pytest.approx([0.40, 0.80])
    # the interval of 0.52 to 0.70 does not hold its own value, 0.50
    assert second[0][:, 0].tolist() == pytest.approx([0.50, 0.70])


def test_a_fold_of_one_group_is_not_said_to_have_groups():
    folds = pd.DataFrame({"repeat": 0, "fold": [0, 1], "test_groups": [1, 1200]})
    folds = folds.assign(**{f"test/{label}": [1, 2] for label in LABELS})
    targets = pd.DataFrame({"repeat": 0, "fold": [0, 1], "target": "the ferry", "train": 0, "test": 3})
    axes = plot_folds(folds, targets, LABELS, "").axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["0 (1 group)", "1 (1,200 groups)"]


def test_examples_are_counted_in_whole_numbers():
    folds = pd.DataFrame({"repeat": 0, "fold": [0, 1], "test_groups": 1, "test/a": [1, 0], "test/b": [0, 1]})
    targets = pd.DataFrame({"repeat": 0, "fold": [0, 1], "target": "the ferry", "train": 0, "test": 1})
    ticks = plot_folds(folds, targets, ["a", "b"], "").axes[0].get_xticks()
    assert [tick for tick in ticks if tick != int(tick)] == []


def test_labels_and_targets_of_one_fold_have_the_width_of_the_picture_each():
    folds = pd.DataFrame({"repeat": 0, "fold": [0], "test_groups": [1249]})
    folds = folds.assign(**{f"test/{label}": [400] for label in LABELS})
    names = [f"a target with a rather long name, number {number}" for number in range(5)]
    targets = pd.DataFrame({"repeat": 0, "fold": 0, "target": names, "train": 0, "test": 240})
    figure = plot_folds(folds, targets, LABELS, "")
    figure_bytes(figure, "png")
    assert [axes.get_xlabel() for axes in figure.axes] == ["test examples by label", "test examples by target"]
    assert min(axes.get_position().width for axes in figure.axes) > 0.6
    assert [tick.get_text() for tick in figure.axes[1].get_yticklabels()] == ["0 (1,249 groups)"]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_numbers_give_the_same_bytes(kind):
    for draw in (lambda: plot_confusion(MATRIX, LABELS, "a title"), lambda: plot_comparison(comparison())):
        assert figure_bytes(draw(), kind) == figure_bytes(draw(), kind)


def test_another_process_gives_the_same_bytes_and_matplotlib_keeps_its_state():
    program = (
        "import sys, matplotlib, numpy as np\n"
        "from stance.report._plots import figure_bytes, plot_confusion\n"
        "sys.stdout.buffer.write(figure_bytes(plot_confusion(np.eye(2, dtype=int), ('a', 'b'), ''), 'svg'))\n"
        "assert matplotlib.rcParams['svg.hashsalt'] is None\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert done.stderr == b""
    assert done.stdout == figure_bytes(plot_confusion(np.eye(2, dtype=int), ("a", "b"), ""), "svg")


def test_what_other_libraries_have_set_changes_no_picture_and_stays_set():
    figures = [lambda: plot_confusion(MATRIX, ["$x$", "$y", "z"], "a $title"), lambda: plot_comparison(comparison())]
    before = [figure_bytes(draw(), "svg") for draw in figures]
    with matplotlib.rc_context({"font.family": "serif", "font.size": 17, "axes.grid": True, "lines.linewidth": 9}):
        assert [figure_bytes(draw(), "svg") for draw in figures] == before
        assert matplotlib.rcParams["font.size"] == 17


def test_a_figure_that_is_laid_out_once_is_that_which_matplotlib_lays_out_for_each_file():
    settled, other = plot_comparison(comparison()), plot_comparison(comparison())
    settle(settled)
    assert settled.get_layout_engine() is None, "or matplotlib would lay it out for each file again"
    for figure in (settled, other):
        figure_bytes(figure, "png")
    places = [[axes.get_position().bounds for axes in figure.axes] for figure in (settled, other)]
    assert places[0] == [pytest.approx(place, abs=0.01) for place in places[1]]
