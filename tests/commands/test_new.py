"""A folder for a study of one's own: what is in it fits together, and what cannot be made is refused whole."""

import hashlib
import subprocess

import pytest
import yaml

from stance.study import read_card, read_study

PAGE = """<html><body><ol class="commentlist"><li id="comment-1" class="comment"><cite>reader-1</cite>
<p>Keep the ferry.</p></li><li id="comment-2" class="comment"><cite>reader-2</cite><p>Sink it.</p></li></ol>
</body></html>"""


@pytest.fixture
def page(workspace):
    path = workspace / "ferry.html"
    path.write_text(PAGE)
    return path


def test_the_card_names_the_page_with_its_checksum_and_is_a_card(run, workspace, page):
    code, output = run(
        "new", "ferry", "ferry.html", "--target", "the ferry", "--labels", "no, yes", "--url", "https://x.example/"
    )
    assert (code, output.splitlines()[0]) == (0, "ferry/: the study in seeds/ferry/, its config in configs/dataset/")
    card = read_card(workspace / "ferry" / "seeds" / "ferry" / "study.yaml")
    assert (card.targets, card.labels, card.title) == (("the ferry",), ("no", "yes"), "Stance toward the ferry")
    (described,) = card.pages
    assert described.sha256 == hashlib.sha256(page.read_bytes()).hexdigest()
    assert (described.path, described.url) == ("pages/ferry.html", "https://x.example/")
    assert (workspace / "ferry" / "seeds" / "ferry" / described.path).read_bytes() == page.read_bytes()


def test_what_is_in_a_target_or_a_label_does_not_break_the_card(run, workspace, page):
    odd = ["yes: & [no]", 'say "so"', "für die Fähre # 1"]
    targets = [part for target in odd for part in ("--target", target)]
    assert run("new", "ferry", "ferry.html", *targets, "--labels", "no,on,1")[0] == 0
    card = read_card(workspace / "ferry" / "seeds" / "ferry" / "study.yaml")
    assert (list(card.targets), card.labels) == (odd, ("no", "on", "1"))


def test_the_study_and_its_config_are_found_and_its_annotations_are_none(run, workspace, page, monkeypatch):
    run("new", "ferry", "ferry.html")
    monkeypatch.chdir(workspace / "ferry")
    study = read_study("seeds/ferry")
    assert (study.annotations, len(study.threads)) == ((), 1)
    config = yaml.safe_load((workspace / "ferry" / "configs" / "dataset" / "ferry.yaml").read_text())
    assert config["study"] == "seeds/ferry"
    code, output = run("train", "dataset=ferry")
    assert (code, "no example is left" in output) == (2, True), output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected a name of letters, digits and _, as in my_study, found ''"),
        (["../ferry"], "expected a name of letters, digits and _, as in my_study, found '../ferry'"),
        (["seeds"], "seeds: expected no such folder, found one; choose another name, or move it away"),
        (["ferry", "fery.html"], "expected saved pages, found no such file: ['fery.html']"),
        (["ferry", "ferry.html", "ferry.html"], "found several called ['ferry.html']"),
        (["ferry", "--labels", "yes"], "--labels: expected two or more different labels, found ['yes']"),
        (["ferry", "--labels", "yes,yes"], "--labels: expected two or more different labels, found ['yes', 'yes']"),
        (["ferry", "--url", "https://x.example/"], "--url is the address of one page, found 0"),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(run, workspace, page, arguments, message):
    before = sorted(workspace.rglob("*"))
    code, output = run("new", *arguments)
    assert (code, message in output) == (2, True), output
    assert sorted(workspace.rglob("*")) == before


def test_as_a_repository_it_keeps_out_what_is_made_and_what_others_have_published(run, workspace, page):
    run("new", "ferry", "ferry.html")
    folder = workspace / "ferry"
    kept = ["seeds/ferry/study.yaml", "configs/dataset/ferry.yaml", "README.md"]
    left_out = ["outputs/datasets/x/README.md", "mlflow.db", "mlflow.db-wal", "mlartifacts/a", "data/table.csv"]
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", *kept, *left_out], cwd=folder, capture_output=True, text=True
    )
    assert done.stdout.split() == left_out
