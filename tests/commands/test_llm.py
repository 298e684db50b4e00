"""A language model from the commands: the same folds and tables, nothing secret tracked, and a run that is repeated."""

import json

import pytest
from mlflow import MlflowClient

from stance.study import read_study
from stance.tracking.identity import code_sha
from tests.endpoint import comment_of, completion, served

SECRET = "sk-nobody-may-see-this"
ARGUMENTS = ("classifier=llm", "dataset.study=ferry", "folds=leave_one_out", "classifier.model=stub", "debug=quick")


def grumbles(body):
    comment = comment_of(body)
    return completion("against" if "late" in comment or "sunk" in comment else "favor")


def everything(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_language_model_goes_through_the_same_folds_and_costs_nothing_a_second_time(
    run, study, workspace, monkeypatch
):
    (study / "guidelines.md").write_text("Judge the comment, not the person.\n")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with served(grumbles) as stub:
        arguments = ("train", *ARGUMENTS, f"classifier.base_url={stub.url}")
        code, output = run(*arguments)
        assert code == 0, output
        n_asked = len(stub.asked)
        assert n_asked == len({body["messages"][1]["content"] for body in stub.asked}), "no question is asked twice"
        assert all("Judge the comment, not the person." in body["messages"][0]["content"] for body in stub.asked)
        assert set(stub.keys) == {f"Bearer {SECRET}"}
        assert run(*arguments, "seed=0")[0] == 0
        assert len(stub.asked) == n_asked
        # the tracked model asks the same server about comments that nobody has labelled
        client = MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
        (kept,) = client.search_runs([each.experiment_id for each in client.search_experiments()])
        predicting = (
            f"model=runs:/{kept.info.run_id}/model",
            "pages=ferry/pages",
            "out=predictions",
            "target=the ferry",
        )
        code, output = run("predict", *predicting)
        assert code == 0, output
        assert "6 comments predicted" in output
        assert "See you on board." in {comment_of(body) for body in stub.asked}
        # what the guidelines say decides a run
        (study / "guidelines.md").write_text("Judge the person, not the comment.\n")
        code_sha.cache_clear()  # each command is a process of its own
        before = len(stub.asked)
        assert run(*arguments)[0] == 0
        assert len(stub.asked) == before + n_asked
    predictions = next((workspace / "outputs").rglob("report/predictions.csv")).read_text()
    assert predictions.splitlines()[0].startswith("example_id,repeat,fold,label,predicted,score_against")
    assert SECRET not in output
    assert SECRET.encode() not in everything(workspace)
    assert list((workspace / "outputs" / "llm").glob("stub-*.sqlite"))


def test_a_run_that_stops_midway_goes_on_where_it_stopped(run, study, workspace):
    (study / "guidelines.md").write_text("Judge.\n")
    broken = True

    def answer(body):
        return 500 if broken and "sunk" in comment_of(body) else grumbles(body)

    with served(answer) as stub:
        arguments = ("train", *ARGUMENTS, f"classifier.base_url={stub.url}", "classifier.retries=0")
        code, output = run(*arguments)
        assert code == 2
        assert "questions answered, 1 not (blog.example.org/ferry#4): status 500. What was answered is kept" in output
        broken, before = False, len(stub.asked)
        code, output = run(*arguments)
        assert code == 0, output
        again = [comment_of(body) for body in stub.asked[before:]]
        assert again.count("A joy? It has sunk twice.") == 1
        assert "The ferry is late again and far too dear." not in again


@pytest.mark.parametrize(
    "override", [f"classifier.key_variable={SECRET}", f"classifier.base_url=http://me:{SECRET}@127.0.0.1/v1"]
)
def test_a_key_in_a_config_is_refused_before_anything_is_tracked(run, study, workspace, override):
    before = (workspace / "mlflow.db").read_bytes()
    code, output = run("train", *ARGUMENTS, override)
    assert code == 2
    assert "environment variable" in output
    assert SECRET not in output
    assert (workspace / "mlflow.db").read_bytes() == before


def explains(body):
    """Answer as a model does that quotes one comment rightly, invents a quotation of another, and dodges a third."""
    comment = comment_of(body)
    if "timetable" in comment:
        return completion("I cannot say.")
    evidence = "far too dear" if "dear" in comment else "words of nobody" if "joy" in comment else ""
    return completion(json.dumps({"evidence": evidence, "rationale": "It\nsays so.", "label": "against"}))


@pytest.fixture
def with_model(study):
    """The study with a model m/1 on its card that has labelled nothing yet, and guidelines."""
    card = study / "study.yaml"
    card.write_text(card.read_text().replace("  a2: person\n", "  a2: model\n  m/1: model\n"))
    (study / "guidelines.md").write_text("Judge the comment, not the person.\n")
    return study


def test_a_language_model_annotates_as_one_more_annotator(run, with_model, workspace, monkeypatch):
    monkeypatch.setenv("THEIR_KEY", SECRET)
    before = (with_model / "annotations.csv").read_bytes()
    with served(explains) as stub:
        arguments = (
            "annotate",
            "llm",
            "study=ferry",
            "annotator=m/1",
            f"base_url={stub.url}",
            "key_variable=THEIR_KEY",
        )
        code, output = run(*arguments)
        assert code == 0, output
        assert "6 rows for m/1; left out: 1 ping" in output
        said = "answers that are no label, left empty: 1; quotations that are not in the comment, left out: 2"
        assert "5 labelled by m/1 at 127.0.0.1" in output
        assert said in output
        assert len(stub.asked) == 6
        first = stub.asked[0]
        assert first["model"] == "m/1"
        assert "Judge the comment, not the person." in first["messages"][0]["content"]
        schema = first["response_format"]["json_schema"]["schema"]["properties"]
        assert list(schema) == ["evidence", "rationale", "label"]
        assert schema["label"]["enum"] == ["against", "none", "favor"]
        assert not any("reader-1" in str(body["messages"]) for body in stub.asked), "names go nowhere"
        again = run(*arguments)[1]
        assert again == output.replace(f"Asking m/1 at {stub.url[7:-3]}: 6 questions\n", "")
        assert len(stub.asked) == 6
    assert SECRET.encode() not in everything(workspace)
    assert (with_model / "annotations.csv").read_bytes() == before
    there = workspace / "outputs" / "annotation" / "ferry"
    assert sorted(path.name for path in there.iterdir()) == ["annotations-with-m%2F1.csv", "m%2F1-filled.csv"]
    (with_model / "annotations.csv").write_bytes((there / "annotations-with-m%2F1.csv").read_bytes())
    rows = [each for each in read_study(with_model).annotations if each.annotator == "m/1"]
    assert [(row.comment_id, row.label) for row in rows] == [(each, "against") for each in ("1", "2", "4", "6", "7")]
    assert (rows[0].evidence, rows[0].rationale, rows[1].evidence) == ("far too dear", "It says so.", "")
    code, output = run("annotate", "check", "study=ferry")
    assert code == 0, output
    assert "agreement: not pooled, since annotators are of different kinds (model, person)\n" in output
    assert "people against models:\n  a1 and a2: 80 % of 5 alike" in output
    assert "  a1 and m/1: 75 % of 4 alike" in output
    assert "agreement of each model with the others: nominal alpha" in output
    assert "agreement: nominal" not in output
    assert "of each person" not in output, "there is one person only"
    pooled = run("annotate", "check", "study=ferry", "pool=true")[1]
    assert "agreement: nominal alpha" in pooled
    assert "3 annotators: of different kinds (model, person)" in pooled


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["annotator=a1"],
            "expected a model of the card, ['a2', 'm/1'], found a person, whose labels these would not be",
        ),
        (["annotator=m/2"], "annotator 'm/2' is not on the card"),
        ([], "expected annotator=, one of"),
        (["annotator=m/1", "concurrency=0"], "concurrency: expected 1 or more, found 0"),
        (["annotator=m/1", "base_url=nowhere"], "base_url: expected an address like"),
        (["annotator=m/1", f"key_variable={SECRET}"], "key_variable: expected the name of an environment variable"),
        (["annotator=m/1", "retries=0", "base_url=http://127.0.0.1:1/v1"], "0 of 6 questions answered"),
    ],
)
def test_what_a_model_cannot_annotate_is_said(run, with_model, workspace, arguments, said):
    code, output = run("annotate", "llm", "study=ferry", *arguments)
    assert code == 2
    assert said in output
    assert SECRET not in output
    assert not (workspace / "outputs" / "annotation").exists()
