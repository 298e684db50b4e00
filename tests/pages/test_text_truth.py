"""The shared text dumps against what a person sees in them; words and names as hashes, since the files stay outside."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from stance.pages import read_pages

ROOT = Path(__file__).parents[2]
PAGES = Path(os.environ.get("STANCE_PAGES", ROOT.parent / "shared/pages"))
TRUTHS = sorted((Path(__file__).parent / "truth").glob("text-*.json"))


def hashed(words):
    return None if words is None else sha256(words.encode()).hexdigest()[:12]


def seen(thread):
    place = {comment.comment_id: number for number, comment in enumerate(thread.comments)}
    return [
        {
            "author": hashed(comment.author),
            "published": comment.published,
            "parent": place.get(comment.parent_id),
            "kind": comment.kind,
            "first": hashed(" ".join(comment.text.split()[:3])),
            "last": hashed(" ".join(comment.text.split()[-3:])),
        }
        for comment in thread.comments
    ]


def test_there_are_truths():
    assert len(TRUTHS) == 6


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_dump_is_read_as_a_person_reads_it(path):
    truth = json.loads(path.read_text())
    page = PAGES / truth["file"]
    if not page.exists():
        pytest.skip(f"the shared pages are not here: {page}")
    (thread,) = read_pages(page)
    assert thread.format == "text_dump"
    assert thread.declared == truth["declared"]
    assert seen(thread) == truth["comments"]
