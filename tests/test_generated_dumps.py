"""The generator of dumps is an instrument: its truth must be what its pages show, and its languages be read alike."""

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
THEMES = ("classic", "below", "mt_below", "bold", "no_date", "permalink")


@pytest.fixture
def dumps(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return import_module("benchmarks.generated_dumps")


@pytest.fixture
def dump_score(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return import_module("benchmarks.dump_score")


def render(page):
    """Print a page as a browser would: a line an element, a blank line around paragraphs, list items numbered."""
    lexbor = pytest.importorskip("selectolax.lexbor")
    out, number = [], 0
    for node in lexbor.LexborHTMLParser(page).root.traverse(include_text=True):
        if node.tag == "li":
            number += 1
            out.append(f"\n\n  {number}. " if "comment" in (node.attributes.get("class") or "") else "\n  • ")
        elif node.tag in ("div", "p", "h2", "h3", "h4", "br", "small", "ul", "ol", "footer"):
            out.append("\n\n" if node.tag in ("p", "h3") else "\n")
        elif node.tag == "-text" and node.parent.tag != "title":
            out.append(node.text_content.strip() + " ")
    return "".join(out)


@pytest.mark.parametrize("theme", THEMES)
def test_truth_is_what_the_page_shows(dumps, theme):
    page = dumps.make_page(theme, "none", 0)
    shown = dumps.what_is_shown(page, render(page.html), render(page.twin))
    assert [(entry.author, entry.text) for entry in shown] == [
        (entry.author, "\n\n".join(entry.paragraphs)) for entry in page.entries
    ]
    assert all((entry.published is None) == (theme == "no_date") for entry in shown)


def test_names_that_a_renderer_drops_are_not_in_the_truth(dumps):
    page = dumps.make_page("below", "en", 0)
    twin = render(page.twin).replace("Zqv0w", "")
    assert [entry.author is None for entry in dumps.what_is_shown(page, render(page.html), twin)][:2] == [True, False]


def test_score_counts_what_is_right_and_what_is_silently_wrong(dumps, dump_score):
    from stance.thread import Comment, Finding, Thread

    texts = ("One two.", "Three four.", "Five six.")
    shown = [dumps.Shown("reader-1", "2016-09-20T15:30", text) for text in texts]
    comments = (
        Comment("1", None, "reader-1", "2016-09-20T15:30", "One two."),
        Comment("2", None, "reader-2", "2016-09-20T15:30", "Three four."),
        Comment("3", None, "reader-1", None, "Five six. Reply"),
    )
    thread = Thread("t", None, "", comments)
    assert dump_score.score(thread, shown) == (3, 3, 1, 1, 2)
    findings = (Finding("end_guessed", ""),)
    assert dump_score.score(Thread("t", None, "", comments, findings=findings), shown).silent == 0
    assert dump_score.Score(3, 3, 1, 1, 2).f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize("code", ["en", "none"])
def test_language_that_exists_nowhere_is_read_as_well_as_english(dumps, dump_score, code):
    total = dump_score.Score()
    for theme in THEMES:
        for seed in range(3):
            page = dumps.make_page(theme, code, seed)
            dump = render(page.html)
            shown = dumps.what_is_shown(page, dump, render(page.twin))
            total = total.plus(dump_score.score(dump_score.parse_text(dump, "dump"), shown))
    assert total.shown > 100
    assert total.f1 >= 0.9
