"""The generator of pages is an instrument: its truth must be what its pages show."""

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def experiments(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))


def test_truth_is_what_the_pages_show():
    generated, dumps = import_module("benchmarks.generated_html"), import_module("benchmarks.generated_dumps")
    lexbor = pytest.importorskip("selectolax.lexbor")
    for name, theme in generated.THEMES.items():
        page, truth = generated.make_html(name, "none", 0)
        shown = dumps.folded(lexbor.LexborHTMLParser(page).root.text())
        place = 0
        for entry in truth if theme.replies != "comments" else []:
            place = shown.index(dumps.folded(entry.text), place)
        assert all(entry.author is None or entry.author in page for entry in truth)
        assert all(entry.published is None or entry.published[:4] in page for entry in truth)
        assert any(entry.published is not None for entry in truth) == theme.is_dated
        assert len(truth) > 1


def test_replies_go_as_deep_as_said_and_are_known_only_where_shown():
    generated = import_module("benchmarks.generated_html")
    deepest = 0
    for seed in range(8):
        _, truth = generated.make_html("wp_html5", "en", seed)
        for entry in truth:
            depth, above = 1, entry.parent
            while above is not None:
                depth, above = depth + 1, truth[above].parent
            deepest = max(deepest, depth)
        assert all(entry.parent is None for entry in generated.make_html("phpbb3", "en", seed)[1])
    assert 5 <= deepest <= generated.DEEPEST


def test_score_counts_what_is_right_and_what_is_silently_wrong():
    from stance.thread import Comment, Finding, Thread

    generated, html_score = import_module("benchmarks.generated_html"), import_module("benchmarks.html_score")
    truth = [generated.Truth("reader-1", f"2016-09-20T15:3{n}", text, 0 if n else None) for n, text in enumerate("abc")]
    comments = (
        Comment("1", None, "reader-1", "2016-09-20T15:30:12+02:00", "a"),
        Comment("2", "1", "reader-2", "2016-09-20T15:30", "b"),
        Comment("3", "2", None, "2016-09-20T15:32", "c Reply"),
    )
    thread = Thread("t", None, "", comments)
    found = html_score.score(thread, truth)
    assert found == (3, 3, 2, 1, 1, 2, 2)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.fields == (0.5, 0.5, 1.0)
    assert html_score.score(Thread("t", None, "", comments, findings=(Finding("x", ""),)), truth).silent == 0
    assert html_score.score(None, truth) == (3, 0, 0, 0, 0, 0, 0)


def test_language_that_exists_nowhere_is_read_as_well_as_english():
    generated, html_score = import_module("benchmarks.generated_html"), import_module("benchmarks.html_score")
    totals = {}
    for code in ("en", "none"):
        total = html_score.Score()
        for name in generated.THEMES:
            total = total.plus(html_score.read_and_score(name, code, 100))
        totals[code] = total
    english, invented = totals["en"], totals["none"]
    assert min(english.shown, invented.shown) > 400
    assert min(english.f1, invented.f1) >= 0.97
    assert min(*english.fields, *invented.fields) >= 0.95
    assert invented.f1 >= english.f1 - 0.02
    assert max(english.silent / english.found, invented.silent / invented.found) <= 0.01
