"""The shared exports against what a person sees in them; words and names as hashes, since the files stay outside."""

import json
import os
import re
from pathlib import Path

import pytest

from stance.pages import read_pages
from tests.pages.truths import seen

ROOT = Path(__file__).parents[3]
PAGES = Path(os.environ.get("STANCE_PAGES", ROOT.parent / "shared/pages"))
TRUTHS = sorted(
    path
    for path in (Path(__file__).parents[1] / "truth").glob("*.json")
    if path.stem.startswith(("importer-", "remark42-"))
)


def left_out(threads):
    findings = [finding for thread in threads for finding in thread.findings if finding.name.endswith("_entries")]
    return {finding.name: int(re.search(r"\d+", finding.message)[0]) for finding in findings}


def test_there_are_truths():
    assert len(TRUTHS) == 8


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_export_is_read_as_a_person_reads_it(path):
    truth = json.loads(path.read_text())
    page = PAGES / truth["file"]
    if not page.exists():
        pytest.skip(f"the shared pages are not here: {page}")
    threads = list(read_pages(page))
    assert [seen(thread) for thread in threads if thread.comments] == truth["threads_with_comments"]
    assert len(threads) == truth["threads"]
    assert left_out(threads) == truth["left_out"]
