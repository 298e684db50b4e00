"""A language model from the commands: the same folds and tables, nothing secret tracked, and a run that is repeated."""

import pytest

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
        # what the guidelines say decides a run
        (study / "guidelines.md").write_text("Judge the person, not the comment.\n")
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
