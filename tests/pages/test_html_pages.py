"""The real pages beside the repository, against what a person sees on them.

The truth holds hashes instead of names and words. It was written from a reading of each page by rules made for
that page alone, compared by eye with the page.
"""

import hashlib
import json
import os
import unicodedata
from pathlib import Path

import pytest

from stance.pages.html import parse_html

HERE = Path(__file__).parent
PAGES = Path(os.environ.get("STANCE_PAGES", HERE.parents[2] / "shared" / "pages")) / "html"
TRUTH = sorted((HERE / "truth").glob("html.*.json"))


def _hashed(words):
    return hashlib.sha256(unicodedata.normalize("NFC", words).encode()).hexdigest()[:12]


def _words(text):
    return [word for line in text.split("\n") for word in line.lstrip("> ").split()]


@pytest.mark.parametrize("path", TRUTH, ids=lambda path: path.stem)
def test_a_real_page_reads_as_a_person_reads_it(path):
    truth = json.loads(path.read_text("utf-8"))
    page = PAGES / truth["page"]
    if not page.is_file():
        pytest.skip(f"{page.name} is not beside the repository: its text is not ours to commit")
    thread = parse_html(page.read_bytes(), page.name)
    comments = thread.comments
    ids = [comment.comment_id for comment in comments]
    found = {
        "page": page.name,
        "declared": thread.declared,
        "count": len(comments),
        "authors": [comment.author and _hashed(comment.author) for comment in comments],
        "published": [comment.published for comment in comments],
        "parents": [ids.index(comment.parent_id) if comment.parent_id else None for comment in comments],
        "kinds": [comment.kind for comment in comments],
        "first_words": [_hashed(" ".join(_words(comment.text)[:3])) for comment in comments],
        "last_words": [_hashed(" ".join(_words(comment.text)[-3:])) for comment in comments],
    }
    assert found == truth


def test_there_is_a_truth_for_each_of_the_pages():
    assert len(TRUTH) == 12
    if PAGES.is_dir():
        assert {path.stem.removeprefix("html.") for path in TRUTH} == {page.stem for page in PAGES.glob("*.html")}
