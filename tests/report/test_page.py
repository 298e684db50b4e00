"""The page of a report: self-contained, escaped, the same bytes each time, and with a way to each part of it."""

import base64
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError

from stance.report import Report, Section, Table, draw, report_files
from stance.report._page import _environment
from stance.report._plots import plot_confusion

EVIL = "a joy <script>alert('ferry')</script> | & so on\nnext line"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text by element."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts = [], [""]
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data


@pytest.fixture
def report():
    frame = pd.DataFrame({"metric": ["macro_f1", EVIL], "score": [0.5, 0.25], "cheats": [False, True]})
    table = Table("scores", "Scores of it", frame, "A note.", hints={"macro_f1": "The mean <of> F1."}, marked="cheats")
    picture = draw("confusion", plot_confusion(np.eye(2, dtype=int), ["a", "b"], "title"), 'What it "shows"')
    sections = [Section("Scores", ["A paragraph."], [picture], [table]), Section("Rest", ["Nothing."])]
    return Report("A title & more", ["It is so.", "But."], sections, "config 1, data 2, code 3")


def test_a_report_is_a_page_a_text_and_each_part_for_itself(report):
    files = report_files(report)
    assert set(files) == {
        "report.html",
        "report.md",
        "plots/confusion.png",
        "plots/confusion.svg",
        "tables/scores.csv",
        "tables/scores.tex",
    }
    assert files["plots/confusion.png"].startswith(b"\x89PNG")
    assert b"<svg" in files["plots/confusion.svg"]
    assert set(report_files(report, "comparison")) - set(files) == {"comparison.html", "comparison.md"}


def test_the_same_report_gives_the_same_bytes(report):
    assert report_files(report) == report_files(report)


def test_a_page_loads_nothing_from_elsewhere_and_leads_to_each_section(report):
    page = Page(report_files(report)["report.html"])
    addresses = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")]
    assert [address for address in addresses if not address.startswith("#")] == [
        next(attributes["src"] for tag, attributes in page.tags if tag == "img")
    ]
    assert next(attributes["src"] for tag, attributes in page.tags if tag == "img").startswith("data:image/png;base64,")
    assert {tag for tag, _ in page.tags}.isdisjoint({"link", "iframe", "object"})
    assert [attributes for tag, attributes in page.tags if tag == "script"] == [{}], "one script, and it is the page's"
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {address[1:] for address in addresses if address.startswith("#")} == ids == {"section-1", "section-2"}


def test_what_people_wrote_is_escaped_and_kept(report):
    files = report_files(report)
    assert b"<script>alert" not in files["report.html"]
    assert any(text.rstrip() == EVIL for text in Page(files["report.html"]).texts)
    assert EVIL.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") in files["report.md"].decode()


def test_a_picture_has_words_and_a_metric_its_definition_one_click_away(report):
    page = Page(report_files(report)["report.html"])
    assert next(attributes["alt"] for tag, attributes in page.tags if tag == "img") == 'What it "shows"'
    tags = [tag for tag, _ in page.tags]
    opened = tags.index("details", tags.index("table"))
    assert tags[opened : opened + 3] == ["details", "summary", "p"]
    assert [text.strip() for text in page.texts[opened + 2 : opened + 4]] == ["macro_f1", "The mean <of> F1."]
    assert ("tr", {"class": "marked"}) in page.tags
    assert any("A click on a name opens its definition." in text for text in page.texts)


def test_a_column_is_called_as_in_the_notes_the_csv_and_the_config():
    table = Table("by_folds", "t", pd.DataFrame({"transfer add_own=False": [1], "<p_holm>": [2]}))
    files = report_files(Report("t", [], [Section("s", tables=[table])], "x"))
    assert b"transfer add_<wbr>own=False</th>" in files["report.html"]
    assert b"&lt;p_<wbr>holm&gt;</th>" in files["report.html"]
    assert "| transfer add_own=False | &lt;p_holm> |" in files["report.md"].decode()


def test_a_long_table_is_one_click_away_and_says_how_long_it_is():
    def tags(n_rows):
        table = Table("long", "Long", pd.DataFrame({"number": range(n_rows), "word": "w"}))
        page = Page(report_files(Report("t", [], [Section("Rows", tables=[table])], "x"))["report.html"])
        return [tag for tag, _ in page.tags], [text.strip() for text in page.texts], page.tags

    short, _, _ = tags(25)
    assert short.count("details") == 1, "that of the section"
    found, texts, with_attributes = tags(26)
    assert found.index("details", found.index("h2")) < found.index("table")
    assert "Show 26 rows" in texts
    assert "Show the first 200 rows" in tags(201)[1]
    assert ("td", {"data-column": "number", "class": "number"}) in with_attributes
    assert with_attributes.count(("td", {"data-column": "word"})) == 26


def test_the_markdown_has_the_verdict_the_tables_and_who_made_it(report):
    text = report_files(report)["report.md"].decode()
    assert text.startswith("# A title & more\n\n> It is so.\n>\n> But.\n")
    assert (
        '## Scores\n\nA paragraph.\n\n![What it "shows"](plots/confusion.png)\n\n### Scores of it\n\n| metric |' in text
    )
    assert "\n- macro_f1: The mean &lt;of> F1.\n" in text
    assert text.endswith("\nMade by config 1, data 2, code 3.")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}


def test_words_are_left_out_where_they_may_not_go():
    words = Table("comments", "Comments", pd.DataFrame({"text": ["a joy"]}))
    sections = [Section("Comments", tables=[words], wordless=Section("Comments", ["None."])), Section("Rest", ["So."])]
    report = Report("t", [], sections, "x")
    assert b"a joy" in report_files(report)["report.html"]
    without = report_files(report.without_words())
    assert b"a joy" not in b"".join(without.values())
    assert list(without) == ["report.html", "report.md"]
    assert b"So." in without["report.html"]


def test_a_page_says_what_it_is_what_it_found_and_how_it_was_made(report):
    page = Page(report_files(report)["report.html"])
    found = list(zip(["", *(tag for tag, _ in page.tags)], (text.strip() for text in page.texts), strict=True))
    for element in (
        ("title", "A title & more"),
        ("h1", "A title & more"),
        ("p", "It is so."),
        ("p", "But."),
        ("h2", "Scores"),
        ("p", "A paragraph."),
        ("h3", "Scores of it"),
        ("p", "A note."),
        ("p", "Made by config 1, data 2, code 3."),
    ):
        assert element in found, element
    assert ("meta", {"charset": "utf-8"}) in page.tags
    text = report_files(report)["report.md"].decode()
    assert "| metric | score |\n|---|---|\n| macro_f1 | 0.500 |\n" in text
    assert "\n\nA note.\n" in text


def test_a_table_called_like_its_section_has_no_title_of_its_own_and_hints_are_for_the_first_column():
    frame = pd.DataFrame({"metric": ["macro_f1"], "other": ["macro_f1"]})
    report = Report("t", [], [Section("Same", tables=[Table("t", "Same", frame, hints={"macro_f1": "So."})])], "x")
    files = report_files(report)
    tags = [tag for tag, _ in Page(files["report.html"]).tags]
    assert (tags.count("h3"), tags.count("details")) == (0, 2), "the section's and that of the hint"
    assert "###" not in files["report.md"].decode()


def test_pictures_of_every_section_are_files_and_the_page_shows_the_png(report):
    picture = draw("later", plot_confusion(np.eye(3, dtype=int), ["a", "b", "c"], "title"), "Later")
    files = report_files(Report("t", [], [*report.sections, Section("Later", pictures=[picture])], "x"))
    assert (files["plots/later.png"], files["plots/later.svg"]) == (picture.png, picture.svg)
    shown = [attributes["src"] for tag, attributes in Page(files["report.html"]).tags if tag == "img"]
    pngs = [base64.b64decode(address.removeprefix("data:image/png;base64,")) for address in shown]
    assert pngs == [files["plots/confusion.png"], files["plots/later.png"]]


def test_a_template_that_names_what_is_not_there_is_refused():
    with pytest.raises(UndefinedError, match="'nothing' is undefined"):
        _environment(escaped=True).from_string("{{ nothing }}").render()


def test_words_are_no_formulas_in_csv_and_no_tags_in_markdown():
    frame = pd.DataFrame({"text": ["=1+1", "<b>late", "-0.5"], "value": [-0.5, 1.0, 2.0]})
    assert Table("t", "Words", frame.rename(columns={"text": "=label"})).to_csv().startswith(b"'=label,value\n")
    table = Table("t", "Words", frame)
    assert table.to_csv().decode() == "text,value\n'=1+1,-0.5\n<b>late,1.0\n'-0.5,2.0\n"
    said = Report("<script>", ["<b>"], [Section("<i>", ["<img>"], tables=[table])], "<s>")
    text = report_files(said)["report.md"].decode()
    assert "<" not in text
    assert "# &lt;script>" in text
    linked = Report("[a](b)", ["![x](http://y.example.org)"], [Section("s", ["[c](d)"], tables=[table])], "x")
    assert "](" not in report_files(linked)["report.md"].decode()


def test_a_long_cell_is_folded_and_whole_on_a_click():
    table = Table("texts", "Texts", pd.DataFrame({"text": ["A joy.", "late, " * 30 + "and dear"]}))
    page = Page(report_files(Report("t", ["v"], [Section("s", tables=[table])], "x"))["report.html"])
    assert [dict(tag[1]).get("class") for tag in page.tags if tag[0] == "summary"] == [None, "text"]
    assert "late, " * 16 + "late …" in page.texts
    assert "late, " * 30 + "and dear" in [text.strip() for text in page.texts]
