"""The studies of the project: golden counts, and what the seed page is known to hold."""

import hashlib
import json
import re
import shutil
import subprocess

import pytest

from stance.dataset import build_from_study
from stance.study import read_study
from tests import golden

PAGE_SHA256 = "48de6a96c32e1cf982b4292e52ab068270469d301429c23b05e5979435ab9892"
WITHOUT_AUTHOR = [7, 8, 13, 15, 16]


@pytest.fixture(scope="module")
def awl():
    return read_study(golden.SEEDS / "awl")


@pytest.fixture(scope="module")
def built(awl):
    return build_from_study(awl)


def test_git_changes_no_line_end_of_what_is_known_by_its_bytes():
    root = golden.SEEDS.parent
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("no repository of Git here")
    asked = ["git", "check-attr", "text", "eol", "--", "seeds/awl/pages/tendance-coatesy.txt", "stance/cells.py"]
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0] == "seeds/awl/pages/tendance-coatesy.txt: text: unset"
    assert said[2:] == ["stance/cells.py: text: set", "stance/cells.py: eol: lf"]


@pytest.mark.parametrize("study", golden.studies(), ids=lambda study: study.name)
def test_golden_counts_are_those_of_a_fresh_build(study):
    found = (study / "stats.json").read_text(encoding="utf-8")
    assert found == golden.golden_text(study), "read the diff of `make golden`, and commit it if it is meant"


@pytest.mark.parametrize("study", golden.studies(), ids=lambda study: study.name)
def test_golden_counts_hold_revision_and_sha_which_change_together(study):
    found = json.loads((study / "stats.json").read_text(encoding="utf-8"))
    built = build_from_study(study)
    assert (found["revision"], found["sha"]) == (read_study(study).card.revision, built.sha)


def test_golden_rewrites_what_differs(study, monkeypatch, capsys):
    monkeypatch.setattr(golden, "SEEDS", study.parent)
    golden.main()
    golden.main()
    assert (study / "stats.json").read_text() == golden.golden_text(study)
    path = study / "stats.json"
    assert capsys.readouterr().out == f"{path}: rewritten\n{path}: unchanged\n"


def test_the_seed_page_is_the_one_that_was_saved(awl):
    page = (golden.SEEDS / "awl" / awl.card.pages[0].path).read_bytes()
    assert hashlib.sha256(page).hexdigest() == awl.card.pages[0].sha256 == PAGE_SHA256


def test_the_page_has_sixteen_comments_with_times_and_five_without_an_author(awl):
    (thread,) = awl.threads
    assert (
        " ".join(thread.title.split()) == "Dispatches and the Alliance for Workers’ Liberty: Once Again on Trotskyism."
    )
    assert [number for number, c in enumerate(thread.comments, start=1) if c.author is None] == WITHOUT_AUTHOR
    assert len({comment.comment_id for comment in thread.comments}) == len(thread.comments) == 16
    assert [comment.published for comment in thread.comments][:: len(thread.comments) - 1] == [
        "2016-09-20T15:30",
        "2016-09-22T10:51",
    ]
    assert thread.declared == 17
    assert [finding.name for finding in thread.findings] == ["declared_count_differs"]


def test_the_text_of_a_comment_is_that_of_the_page_but_for_white_space(awl):
    page = (golden.SEEDS / "awl" / awl.card.pages[0].path).read_text(encoding="utf-8")
    for comment in awl.threads[0].comments:
        assert comment.text == comment.text.strip() != ""
        assert words(comment.text) == words(page[slice(*comment.span)])
        assert comment.author is None or comment.author not in comment.text.splitlines()[-1:]


def words(text):
    return re.sub(r"^\s*\d+\. ", "", text).split()


def test_the_dataset_counts_are_those_in_the_card(built):
    assert built.stats["labels"] == {"against": 9, "none": 4, "favor": 3}
    assert (built.stats["comments"], built.stats["examples"], len(built.dropped)) == (16, 16, 0)
    assert built.stats["examples_without_author"] == len(WITHOUT_AUTHOR)


def test_commenters_leave_as_four_pseudonyms(awl, built):
    frame = built.to_frame()
    assert frame["author"].dropna().drop_duplicates().tolist() == ["author-01", "author-02", "author-03", "author-04"]
    names = {comment.author for comment in awl.threads[0].comments} - {None}
    assert names.isdisjoint(frame["author"])
    assert len(names) == 4


def test_agreement_is_full_and_said_to_be_that_of_models_with_themselves(awl, built):
    assert str(built.agreement) == (
        "nominal alpha 1.000 (1.000 to 1.000), ordinal alpha 1.000 (1.000 to 1.000), "
        "AC1 1.000 (1.000 to 1.000) on 16 items, 3 annotators: all of them language models, "
        "so this is the agreement of one kind of annotator with itself; "
        "no person has labelled yet"
    )
    assert built.stats["agreement"]["note"].endswith("no person has labelled yet")
    assert "not evidence that people would agree" in awl.card.labelled_by
    assert len(awl.annotations) == 3 * 16
    assert all(annotation.text_sha for annotation in awl.annotations)
