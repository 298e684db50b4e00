"""The shared text dumps against what a person sees in them; words and names as hashes, since the files stay outside."""

import json
import os
from pathlib import Path

import pytest

from stance.pages import read_pages
from tests.pages.truths import seen

ROOT = Path(__file__).parents[2]
PAGES = Path(os.environ.get("STANCE_PAGES", ROOT.parent / "shared/pages"))
TRUTHS = sorted((Path(__file__).parent / "truth").glob("text-*.json"))


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
