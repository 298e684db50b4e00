"""The page of every comment: what it holds, what it keeps to itself, and what a browser makes of it."""

import json
import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest

from stance.report import Report, Section, report_files
from stance.report._browse import Browse

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
EVIL = "</script><script>document.title = 'taken'</script> <!-- \u2028 so"


@pytest.fixture
def browse():
    frame = pd.DataFrame(
        {
            "label": ["favor", "against", "favor", "none"],
            "predicted": ["against", "against", "none", "none"],
            "confidence": [0.9, 0.8, None, 0.4],
            "text": ["A long way. " * 40, EVIL, "The ferry is late.", "So be it."],
            "evidence": ["", "", "late", ""],
            "features": ["", "ferry", "", ""],
            "words": [120, 6, 4, 3],
            "author": ["author-1", None, "author-2", "author-1"],
            "target": ["the ferry", "the ferry", "the bridge", "the ferry"],
            "example_id": ["t#1", "t#2", "t#3", "t#4"],
        }
    )
    return Browse("ferry-logreg", ("against", "none", "favor"), frame)


def page_of(browse):
    return report_files(Report("t", [], [Section("Rows")], "x", browse))["comments.html"]


def test_a_report_without_comments_to_browse_has_no_such_page():
    assert "comments.html" not in report_files(Report("t", [], [Section("Rows")], "x"))


def test_all_rows_are_in_the_page_as_they_are(browse):
    (data,) = re.findall(r'id="data">(.*?)</script>', page_of(browse).decode(), re.DOTALL)
    found = json.loads(data)
    assert found["labels"] == ["against", "none", "favor"]
    assert [dict(zip(found["columns"], row, strict=True))["text"] for row in found["rows"]] == list(
        browse.frame["text"]
    )
    assert found["rows"][1][found["columns"].index("author")] is None
    assert found["rows"][2][found["columns"].index("confidence")] is None


def test_what_people_wrote_ends_no_script(browse):
    scripts = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: scripts.append(tag) if tag == "script" else None
    parser.feed(page_of(browse).decode())
    assert len(scripts) == 2


def test_without_words_no_word_of_a_comment_is_in_the_page(browse):
    page = page_of(browse.without_words()).decode()
    assert "t#3" in page
    assert not any(words in page for words in ("ferry is late", "long way", "So be it"))
    (data,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert set(json.loads(data)["columns"]).isdisjoint({"text", "evidence", "features"})


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def dom_of(browser, tmp_path):
    """Return what a page has become in a browser of a width once a script of a user's doing was through."""

    def dom_of(page, script="", width=1200):
        path = tmp_path / "page.html"
        path.write_bytes(page)
        shown = browser.new_page(viewport={"width": width, "height": 900})
        shown.goto(path.as_uri())
        shown.evaluate(f"() => {{ {script} }}")
        shown.wait_for_timeout(20)  # what a reset leaves to a later turn
        dom = shown.content()
        shown.close()
        return dom

    return dom_of


@pytest.fixture
def seen(browse, dom_of):
    """Return what stands on the page of comments after a script of a user's doing."""
    return lambda script="", browse=browse: dom_of(page_of(browse), script)


def rows_of(dom):
    return re.findall(r'<span data-column="example_id">(t#\d)</span>', dom)


def set_to(**values):
    changes = "".join(f"form.elements[{name!r}].value = {value!r};" for name, value in values.items())
    return f"{changes} form.dispatchEvent(new Event('input'));"


@needs_browser
def test_a_browser_shows_the_wrong_ones_first_and_counts_them(seen):
    dom = seen()
    assert rows_of(dom) == ["t#1", "t#3"]
    assert "2 of 4 comments, 2 of them predicted wrongly" in dom
    assert "<title>ferry-logreg: every comment</title>" in dom, "no comment's words were run"


@needs_browser
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"kind": ""}, ["t#1", "t#2", "t#3", "t#4"]),
        ({"kind": "right"}, ["t#2", "t#4"]),
        ({"kind": "", "label": "favor", "predicted": "none"}, ["t#3"]),
        ({"kind": "", "target": "the bridge"}, ["t#3"]),
        ({"kind": "", "least": "4", "most": "10"}, ["t#2", "t#3"]),
        ({"kind": "", "sure": "0.8"}, ["t#1", "t#2"]),
        ({"kind": "", "unsure": "0.8"}, ["t#2", "t#4"]),
        ({"kind": "", "search": "FERRY IS"}, ["t#3"]),
    ],
)
def test_filters_leave_what_they_say(seen, values, expected):
    assert rows_of(seen(set_to(**values))) == expected


@needs_browser
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("words, fewest first", ["t#4", "t#3", "t#2", "t#1"]),
        ("words, most first", ["t#1", "t#2", "t#3", "t#4"]),
        ("confidence, lowest first", ["t#4", "t#2", "t#1", "t#3"]),
        ("author", ["t#1", "t#4", "t#3", "t#2"]),
    ],
)
def test_comments_are_sorted_and_what_has_no_value_stands_last(seen, order, expected):
    assert rows_of(seen(set_to(kind="", order=order))) == expected


@needs_browser
def test_a_click_on_a_pair_of_labels_shows_it_and_another_click_all_that_is_wrong(seen):
    click = "document.querySelector('#pairs button[title^=\"favor, predicted as none\"]').click();"
    dom = seen(click)
    assert rows_of(dom) == ["t#3"]
    assert len(re.findall(r'<button[^>]* aria-pressed="true"', dom)) == 1
    assert "favor, predicted as none: 1 (50 % of favor)" in dom
    assert rows_of(seen(click * 2)) == ["t#1", "t#3"]


@needs_browser
def test_a_long_text_is_folded_and_evidence_is_marked_in_it(seen):
    dom = seen(set_to(kind=""))
    assert dom.count("<details>") == 1
    assert "A long way. A …</span>" in dom
    assert "The ferry is <mark>late</mark>." in dom
    assert "What decided: ferry" in dom


@needs_browser
def test_with_one_target_none_is_asked_for_or_shown(browse, seen):
    one = Browse(browse.title, browse.labels, browse.frame.assign(target="the ferry"))
    assert 'data-column="target"' in seen()
    dom = seen(browse=one)
    assert 'data-column="target"' not in dom
    assert '<label hidden="">target' in dom


@needs_browser
def test_all_errors_of_four_thousand_comments_are_reached(browse, seen):
    many = pd.concat([browse.frame] * 1000, ignore_index=True).assign(
        example_id=[f"t#{number}" for number in range(4000)], text="A few words."
    )
    script = "const more = document.getElementById('more'); while (!more.hidden) more.click();"
    dom = seen(script, Browse(browse.title, browse.labels, many))
    assert "2,000 of 4,000 comments, 2,000 of them predicted wrongly" in dom
    assert len(set(re.findall(r'<span data-column="example_id">(t#\d+)</span>', dom))) == 2000


@needs_browser
def test_contents_lead_to_a_section_and_open_it(dom_of):
    sections = [Section(f"Part {number}", ["Words. " * 3000], folded=number == 3) for number in (1, 2, 3)]
    page = report_files(Report("t", ["So."], sections, "x"))["report.html"]
    script = (
        "document.querySelectorAll('nav a')[2].click();"
        "document.title = [scrollY > 500, document.getElementById('section-3').open].join();"
    )
    assert "<title>true,true</title>" in dom_of(page, script)
