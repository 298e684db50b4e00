"""A probability sample from the sheet to the dataset, as a user goes."""

import csv
import shutil

import pandas as pd
import pytest

from stance.dataset import build_from_study
from stance.dataset.examples import sha_of_examples
from stance.study.sheets import read_sheet


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path, label="favor"):
    filled = [row | {"label": label} for row in rows(path)]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(filled[0]))
        table.writeheader()
        table.writerows(filled)


def test_how_a_comment_was_drawn_goes_from_sheet_to_dataset(run, study, workspace):
    (study / "annotations.csv").unlink()
    code, output = run("sample", f"study={study}", "n=3", "annotator=a1")
    assert code == 0, output
    assert (
        "3 of 6 comments drawn; 0 were drawn before\n  draw 1: 3 comments, each with a probability of 0.5000" in output
    )
    sheet = workspace / "outputs" / "annotation" / "ferry" / "a1-sample-1.csv"
    assert [(row["probability"], row["draw"]) for row in rows(sheet)] == [("0.5", "1")] * 3
    assert (sheet.parent / "a1-sample-1-tasks.json").read_text().count('"draw": "1"') == 3
    fill(sheet)
    code, output = run("annotate", "collect", f"study={study}", f"files=[{sheet}]")
    assert code == 0, output
    shutil.copy(sheet.parent / "annotations-with-a1.csv", study / "annotations.csv")
    assert run("annotate", "check", f"study={study}")[0] == 0
    dataset = build_from_study(study)
    examples = dataset.to_frame()
    assert examples[["probability", "draw"]].values.tolist() == [[0.5, "1"]] * 3
    assert sha_of_examples(dataset.examples, dataset.targets, dataset.labels) == dataset.sha
    code, output = run("sample", f"study={study}", "n=2", "annotator=a1")
    assert (
        "2 of 3 comments drawn; 3 were drawn before\n  draw 2: 2 comments, each with a probability of 0.6667" in output
    )
    fill(sheet.parent / "a1-sample-2.csv", "none")
    assert run("annotate", "collect", f"study={study}", f"files=[{sheet.parent / 'a1-sample-2.csv'}]")[0] == 0
    draws = pd.read_csv(sheet.parent / "annotations-with-a1.csv", dtype=str)["draw"]
    assert sorted(draws) == ["1", "1", "1", "2", "2"]


def test_what_was_labelled_by_hand_is_said_to_be_no_sample(run, study):
    code, output = run("sample", f"study={study}", "n=1", "annotator=a1")
    assert code == 0, output
    assert (
        "1 of 1 comments drawn; 0 were drawn before, 5 were labelled by hand: they stand for themselves only" in output
    )
    assert "draw" not in build_from_study(study).to_frame()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["n=9"], "n: expected from 1 to 1, the comments that were not drawn yet, found 9"),
        (
            ["n=1", "by=[monht]"],
            "by: expected columns of ['thread', 'month', 'predicted'], found ['monht']. Did you mean",
        ),
        (["n=1", "by=[predicted]"], "found ['predicted']. The last needs model="),
        (["n=1", "how=uncertainty"], "how: uncertainty is that of a model's scores; name one"),
        (["n=1", "target=ferry"], "target: expected one of ['the ferry'], found 'ferry'."),
        (["n=1", "annotator=a7"], "annotator 'a7' is not on the card"),
    ],
)
def test_what_cannot_be_drawn_is_refused(run, study, asked, said):
    code, output = run("sample", f"study={study}", *asked)
    assert code == 2
    assert said in output


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("0.5", ""), "one of 'probability' and 'draw' is empty; give both as the sheet had them"),
        (("half", "1"), "column 'probability' must be above 0 and up to 1, found 'half'"),
        (("0", "1"), "column 'probability' must be above 0 and up to 1, found '0'"),
    ],
)
def test_a_probability_that_is_none_is_found_by_check(run, study, cells, said):
    table = rows(study / "annotations.csv")
    table[0] |= {"probability": cells[0], "draw": cells[1]}
    with (study / "annotations.csv").open("w", newline="") as file:
        made = csv.DictWriter(file, list(table[0]))
        made.writeheader()
        made.writerows(table)
    code, output = run("annotate", "check", f"study={study}")
    assert code == 2
    assert f"annotations.csv line 2: {said}" in output


def test_a_sheet_keeps_its_draw_as_a_program_saves_it(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("row;annotator;label;confidence;evidence;rationale;probability;draw\nr-1;a1;favor;;;;0.5;2:t\n")
    ((found,), problems) = read_sheet(path)
    assert (problems, found.probability, found.draw) == ([], "0.5", "2:t")
