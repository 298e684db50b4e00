"""Sheets, collecting and the check from the command: verbs first, every problem in words, nothing into the study."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from stance.study import read_study

ROOT = Path(__file__).parents[2]
VERBS = ["sheet", "collect", "check", "disagreements", "llm"]
THERE = Path("outputs") / "annotation" / "ferry"


@pytest.fixture
def annotate(run, study):
    """Run annotate as its command would: annotate("check", …) gives code and output."""
    return lambda *arguments: run("annotate", *arguments)


@pytest.fixture
def unlabelled(study):
    (study / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    return study


def fill(path, labels):
    """Fill in the labels of a sheet in its order, as a person with a spreadsheet program does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for row, label in zip(rows, labels, strict=True):
        row[header.index("label")] = label
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])


def test_a_sheet_is_filled_in_collected_and_checked(annotate, unlabelled, workspace):
    for name in ("a1", "a2"):
        code, output = annotate("sheet", "study=ferry", f"annotator={name}")
        assert code == 0, output
        assert f"6 rows for {name}; left out: 1 ping" in output
    made = sorted(path.name for path in (workspace / THERE).iterdir())
    assert made == ["a1-sheet.csv", "a1-tasks.json", "a2-sheet.csv", "a2-tasks.json", "label-config.xml"]
    fill(workspace / THERE / "a1-sheet.csv", ["against", "favor", "none", "against", "favor", ""])
    fill(workspace / THERE / "a2-sheet.csv", ["against", "favor", "none", "none", "", ""])
    before = (unlabelled / "annotations.csv").read_bytes()
    code, output = annotate("collect", "study=ferry", f"files=[{THERE / 'a1-sheet.csv'},{THERE / 'a2-sheet.csv'}]")
    assert code == 0, output
    assert "9 new annotations by a1, a2; 0 known before; 3 rows left empty" in output
    assert (unlabelled / "annotations.csv").read_bytes() == before
    collected = workspace / THERE / "annotations-with-a1-a2.csv"
    assert str(collected.relative_to(workspace)) in output
    (unlabelled / "annotations.csv").write_bytes(collected.read_bytes())
    code, output = annotate("check", "study=ferry")
    assert code == 0, output
    for line in (
        "the ferry: 5 of 6 labelled by somebody",
        "│ a1        │       2 │    1 │     2 │       1 │",
        "│ a2        │       1 │    2 │     1 │       2 │",
        "a1 and a2: 75 % of 4 alike",
        "all of them people",
        "  4   a1 against, a2 none   A joy? It has sunk twice.",
    ):
        assert line in output, output
    code, output = annotate("sheet", "study=ferry", "annotator=a1", "folder=later")
    assert "1 rows for a1; left out: 1 ping, 5 labelled_before" in output


def test_check_tells_every_problem_at_once(annotate, study):
    path = study / "annotations.csv"
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace("against", "agains")
    lines[2] = lines[2].replace(",1,", ",99,", 1)
    lines.append(lines[3])
    path.write_text("\n".join(lines) + "\n")
    code, output = annotate("check", "study=ferry")
    assert code == 2
    for line in (2, 3, len(lines)):
        assert f"ferry/annotations.csv line {line}: " in output
    assert "Did you mean 'against'?" in output
    assert "Traceback" not in output


def test_check_names_a_part_that_is_no_unit_with_the_nearest(annotate, study):
    row = "blog.example.org/ferry,4,a1,against,0,5"  # of "A joy? It has sunk twice."
    (study / "annotations.csv").write_text(f"thread_id,comment_id,annotator,label,start,end\n{row}\n")
    code, output = annotate("check", "study=ferry")
    assert code == 2
    assert "ferry/annotations.csv line 2: comment '4': expected the offsets of a comment, paragraph or " in output
    assert "found 0 to 5; the nearest is the sentence 0 to 6" in output


def test_a_sheet_with_problems_is_refused_whole(annotate, unlabelled, workspace):
    annotate("sheet", "study=ferry", "annotator=a1", "context_limit=1")
    fill(workspace / THERE / "a1-sheet.csv", ["agains", "favor", "", "non", "", ""])
    code, output = annotate("collect", "study=ferry", f"files=[{THERE / 'a1-sheet.csv'}]")
    assert code == 2
    assert "a1-sheet.csv line 2: label 'agains' is not in the label set" in output
    assert "a1-sheet.csv line 5: label 'non' is not in the label set" in output
    assert not list((workspace / THERE).glob("annotations*"))


def test_a_sheet_that_may_be_filled_in_is_not_written_over(annotate, unlabelled, workspace):
    annotate("sheet", "study=ferry", "annotator=a1")
    fill(workspace / THERE / "a1-sheet.csv", ["against", *[""] * 5])
    filled_in = (workspace / THERE / "a1-sheet.csv").read_bytes()
    code, output = annotate("sheet", "study=ferry", "annotator=a1")
    assert code == 2
    assert "labels may have been filled in there; collect them" in output
    assert (workspace / THERE / "a1-sheet.csv").read_bytes() == filled_in


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sheet", "study=ferry"], "expected annotator=, one of ['a1', 'a2'] on the card of ferry"),
        (["sheet", "study=ferry", "annotator=a3"], "annotator 'a3' is not on the card, which has ['a1', 'a2']"),
        (["sheet", "study=ferry", "annotator=a1", "unit=sentences"], "Did you mean 'sentence'?"),
        (["sheet", "study=fery", "annotator=a1"], "Did you mean 'ferry'?"),
        (["collect", "study=ferry"], "expected files=[…], the filled sheets (.csv) and Label Studio exports (.json)"),
        (["collect", "study=ferry", "files=[a.csv,b.json]"], "a.csv: expected a CSV"),
        (["collect", "study=ferry", "files=[a.csv,b.json]"], "b.json: expected an export of Label Studio"),
        (
            ["collect", "study=ferry", "files=[a.csv]", "users=[a1]"],
            "expected users as user:annotator, as in users=[1:",
        ),
        (["verb=chek", "study=ferry"], "found 'chek'. Did you mean 'check'?"),
        (["check", "studi=ferry"], "Did you mean 'study'?"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(annotate, study, arguments, said):
    code, output = annotate(*arguments)
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_what_an_annotator_is_called_does_not_lead_out_of_the_folder(annotate, unlabelled, workspace):
    card = unlabelled / "study.yaml"
    card.write_text(card.read_text().replace("a1: person", "../a1: person"))
    code, output = annotate("sheet", "study=ferry", "annotator=../a1")
    assert code == 0, output
    assert (workspace / THERE / "..%2Fa1-sheet.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, "stance annotate collect study=seeds/my_study"),
        (["shet", "study=seeds/awl"], 2, "found 'shet'. Did you mean 'sheet'?"),
        ([], 2, "expected a verb of ['sheet', 'collect', 'check', 'disagreements', 'llm'], found none."),
        (
            ["study=seeds/awl"],
            2,
            "expected a verb of ['sheet', 'collect', 'check', 'disagreements', 'llm'], found none.",
        ),
    ],
)
def test_the_command_takes_its_verb_first_and_loads_nothing_heavy_to_say_so(arguments, code, said, tmp_path):
    script = ROOT / "experiments" / "annotate.py"
    heavy = ("sklearn", "mlflow", "datasets", "pandas", "numpy", "matplotlib")
    program = (
        f"import sys, runpy; sys.argv = {[str(script), *arguments]!r}\n"
        f"try: runpy.run_path({str(script)!r}, run_name='__main__')\n"
        f"except SystemExit as end: print('code', end.code or 0)\n"
        f"print('heavy', [name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert said in done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == [f"code {code}", "heavy []"]


def test_what_the_sheet_says_is_what_the_study_holds(annotate, unlabelled, workspace):
    annotate("sheet", "study=ferry", "annotator=a1", "unit=sentence")
    with (workspace / THERE / "a1-sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {comment.comment_id: comment.text for comment in read_study(unlabelled).threads[0].comments}
    assert [row["text"] for row in rows] == [
        texts[row["comment_id"]][int(row["start"]) : int(row["end"])] for row in rows
    ]
    assert len(rows) > 6
