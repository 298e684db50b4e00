"""The page of every comment: what it holds, what it keeps to itself, and what a browser makes of it."""

import json
import re
import shutil
import subprocess
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


def seen(browse, tmp_path, script="", width=1200):
    """Return what stands on the page in a browser, after a script of a user's doing."""
    return dom_of(page_of(browse), tmp_path, script, width)


def dom_of(page, tmp_path, script, width=1200):
    """Return what a page has become in a browser once a script of a user's doing was through."""
    path = tmp_path / "page.html"
    path.write_bytes(page.replace(b"</body>", f"<script>{script}</script></body>".encode()))
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [*command, f"--window-size={width},900", "--virtual-time-budget=2000", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def rows_of(dom):
    return re.findall(r'<td data-column="example_id"[^>]*>(t#\d)</td>', dom)


def set_to(**values):
    changes = "".join(f"form.elements[{name!r}].value = {value!r};" for name, value in values.items())
    return f"{changes} form.dispatchEvent(new Event('input'));"


@needs_browser
def test_a_browser_shows_the_wrong_ones_first_and_counts_them(browse, tmp_path):
    dom = seen(browse, tmp_path)
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
        ({"kind": "", "contains": "FERRY IS"}, ["t#3"]),
    ],
)
def test_filters_leave_what_they_say(browse, tmp_path, values, expected):
    assert rows_of(seen(browse, tmp_path, set_to(**values))) == expected


@needs_browser
def test_a_click_on_a_column_sorts_by_it_and_another_turns_it_round(browse, tmp_path):
    click = "[...document.querySelectorAll('th button')].find((one) => one.textContent === 'words').click();"
    assert rows_of(seen(browse, tmp_path, set_to(kind="") + click)) == ["t#4", "t#3", "t#2", "t#1"]
    assert rows_of(seen(browse, tmp_path, set_to(kind="") + click * 2)) == ["t#1", "t#2", "t#3", "t#4"]


@needs_browser
def test_with_one_target_its_column_is_not_shown(browse, tmp_path):
    one = Browse(browse.title, browse.labels, browse.frame.assign(target="the ferry"))
    assert 'data-column="target"' in seen(browse, tmp_path)
    assert 'data-column="target"' not in seen(one, tmp_path)


@needs_browser
def test_contents_lead_to_a_section_and_open_it(tmp_path):
    sections = [Section(f"Part {number}", ["Words. " * 3000], folded=number == 3) for number in (1, 2, 3)]
    page = report_files(Report("t", ["So."], sections, "x"))["report.html"]
    script = (
        "document.querySelectorAll('nav a')[2].click();"
        "document.title = [scrollY > 500, document.getElementById('section-3').open].join();"
    )
    assert "<title>true,true</title>" in dom_of(page, tmp_path, script)
