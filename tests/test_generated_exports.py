"""The generator of exports is an instrument: its truth must be what its files hold, and they are to be read whole."""

from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest

from stance.pages import read_stream

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def export_score(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return import_module("benchmarks.export_score")


def test_truth_is_in_the_files(export_score):
    folded = import_module("benchmarks.generated_entries").folded
    for name in export_score.FORMATS:
        sample = export_score.make_export(name, "none", 3)
        shown = folded(sample.data.decode())
        for entry in sample.truth:
            first = entry.text.partition("\n")[0].partition("&")[0].partition("<")[0]
            assert folded(first) in shown or not first.isascii()
        assert len(sample.truth) > 1


def test_some_exports_lack_names_times_and_ids_as_real_ones_do(export_score):
    generated = import_module("benchmarks.invented_threads")
    lacking = {"names": set(), "times": set(), "ids": set()}
    for name, (deepest, _) in export_score.FORMATS.items():
        for seed in range(6):
            thread = generated.Invented("none", seed, name, deepest)
            truth = export_score.make_export(name, "none", seed).truth
            lacking["names"] |= {name for entry in truth if entry.author is None}
            lacking["times"] |= {name for draft in thread.drafts if not draft.has_time}
            lacking["ids"] |= {name for draft in thread.drafts if not draft.has_id}
            answered = {draft.parent for draft in thread.drafts}
            assert all(draft.has_id or draft.number not in answered for draft in thread.drafts if not draft.gone)
    assert lacking["names"] == generated.MAY_LACK_NAMES
    assert lacking["times"] == generated.MAY_LACK_TIMES
    assert lacking["ids"] == generated.MAY_LACK_IDS


def test_every_format_is_read_right_in_all_that_it_says(export_score):
    for name in export_score.FORMATS:
        total = export_score.Score()
        for code in ("en", "none"):
            total = total.plus(export_score.read_and_score(name, code, 5))
        assert (total.f1, *total.fields, total.silent) == (1, 1, 1, 1, 0), name


def test_text_is_read_to_the_letter(export_score):
    for name in export_score.FORMATS:
        sample = export_score.make_export(name, "fr", 4)
        found = [c.text for thread in read_stream(BytesIO(sample.data), sample.name) for c in thread.comments]
        assert sorted(found) == sorted(entry.text for entry in sample.truth), name


def test_what_is_wrong_is_seen(export_score, monkeypatch):
    reddit = import_module("stance.pages.exports._records.sources.reddit")
    monkeypatch.setattr(reddit, "since_1970", lambda second: "2001-01-01T00:00:00+00:00")
    score = export_score.read_and_score("reddit, lines", "en", 5)
    assert score.f1 == 1
    assert score.time < score.right
