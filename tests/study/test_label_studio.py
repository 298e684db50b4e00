"""Label Studio: the configuration and tasks that it takes, and what its export says; the server is tested apart."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.errors import InputError
from stance.study import read_study
from stance.study.label_studio import make_label_config, make_tasks, read_export, tasks_json
from stance.study.sheets import collect_annotations, make_sheet

LABELS = ("against", "none", "favor")
USERS = {"1": "a1", "2": "a2"}


@pytest.fixture
def empty(study):
    """The study before anybody has labelled."""
    (study / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    return read_study(study)


def result(name, kind, **value):
    return {"id": "x", "from_name": name, "to_name": "text", "type": kind, "value": value}


def labelled(label, start=None, end=None, text=None, confidence=None, rationale=None):
    """Return results as the labelling interface submits them."""
    results = [result("label", "choices", choices=[label])]
    if start is not None:
        words = {"text": text} if text is not None else {}
        results.append(result("evidence", "labels", start=start, end=end, labels=["evidence"], **words))
    if confidence:
        results.append(result("confidence", "choices", choices=[confidence]))
    if rationale:
        results.append(result("rationale", "textarea", text=[rationale]))
    return results


def annotation(user, results, cancelled=False):
    return {"id": 1, "completed_by": user, "result": results, "was_cancelled": cancelled, "lead_time": 2.5}


def export(path, tasks, *annotations):
    """Write an export in which task n has the nth list of annotations."""
    exported = [
        {"id": number, **task, "annotations": given, "predictions": [], "drafts": []}
        for number, (task, given) in enumerate(zip(tasks, annotations, strict=False), start=1)
    ]
    path.write_text(json.dumps(exported), encoding="utf-8")
    return path


def collected(study, path, users=USERS):
    return collect_annotations(study, *read_export(path, users))


def refused(study, path, users=USERS):
    with pytest.raises(InputError) as refusal:
        collected(study, path, users)
    return str(refusal.value)


def test_the_configuration_offers_the_label_set_and_asks_for_all_that_an_annotation_holds():
    view = ElementTree.fromstring(make_label_config(LABELS))
    controls = {entry.get("name"): entry for entry in view.iter() if entry.get("toName")}
    assert set(controls) == {"label", "confidence", "evidence", "rationale"}
    assert {entry.get("toName") for entry in controls.values()} == {"text"}
    assert [(choice.get("value"), choice.get("hotkey")) for choice in controls["label"]] == [
        ("against", "1"),
        ("none", "2"),
        ("favor", "3"),
    ]
    assert controls["label"].get("required") == "true"
    assert [choice.get("alias") for choice in controls["confidence"]] == ["1", "2", "3"]
    assert controls["evidence"][0].get("maxUsages") == "1"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=2, unique=True))
def test_any_label_set_stands_in_the_configuration_as_it_is(labels):
    view = ElementTree.fromstring(make_label_config(labels))
    assert [choice.get("value") for choice in view.find(".//Choices[@name='label']")] == labels
    hotkeys = [entry.get("hotkey") for entry in view.iter() if entry.get("hotkey")]
    assert len(hotkeys) == len(set(hotkeys))


def test_tasks_hold_what_the_configuration_shows_and_no_name(empty):
    sheet = make_sheet(empty, "a1")
    tasks = make_tasks(sheet)
    shown = {value[1:] for entry in ElementTree.fromstring(make_label_config(LABELS)).iter()
             for value in entry.attrib.values() if value.startswith("$")}  # fmt: skip
    assert all(set(task["data"]) == shown | {"row"} for task in tasks)
    assert all(value for task in tasks for value in task["data"].values()), "an empty box tells nothing"
    assert json.loads(tasks_json(sheet)) == tasks
    assert "reader-" not in json.dumps(tasks)
    assert tasks[0]["data"]["question"] == "What does this comment say of the ferry?"


def test_two_annotators_of_one_project_come_back_as_rows(empty, tmp_path):
    tasks = make_tasks(make_sheet(empty, "a1"))
    path = export(
        tmp_path / "e.json",
        tasks,
        [
            annotation(1, labelled("against", 13, 23, "late again", "3", "it is late")),
            annotation(2, labelled("none")),
        ],
        [annotation(2, labelled("none"), cancelled=True), annotation(1, labelled("favor", 13, 18))],
    )
    found = collected(empty, path)
    assert [(a.comment_id, a.annotator, a.label, a.confidence, a.evidence, a.rationale) for a in found.annotations] == [
        ("1", "a1", "against", "3", "late again", "it is late"),
        ("1", "a2", "none", "", "", ""),
        ("2", "a1", "favor", "", "a joy", ""),
    ]
    assert found.n_empty == 1


def test_offsets_count_code_points_and_the_words_of_a_span_decide(empty, tmp_path):
    tasks = make_tasks(make_sheet(empty, "a1"))[:1]
    text = tasks[0]["data"]["text"]
    counted_otherwise = labelled("none", text.index("late") + 3, text.index("late") + 7, "late")
    path = export(tmp_path / "e.json", tasks, [annotation(1, counted_otherwise)])
    assert [a.evidence for a in collected(empty, path).annotations] == ["late"]
    tasks[0]["data"]["text"] = "🚢 is late"
    path = export(tmp_path / "e.json", tasks, [annotation(1, labelled("none", 5, 9))])
    rows, _ = read_export(path, USERS)
    assert rows[0].cells["evidence"] == "late"


users = st.sampled_from([1, 2])
answers = st.dictionaries(
    st.tuples(st.integers(0, 5), users),
    st.tuples(
        st.sampled_from(LABELS),
        st.sampled_from(["", "1", "2", "3"]),
        st.booleans(),
        st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(str.strip),
    ),
)


@given(filled=answers)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_submitted_is_what_is_read(tasks_and_study, filled):
    tasks, study, path = tasks_and_study
    given = [
        [
            annotation(user, labelled(label, 0 if quoted else None, 4, task["data"]["text"][:4], confidence, rationale))
            for (number, user), (label, confidence, quoted, rationale) in filled.items()
            if number == place
        ]
        for place, task in enumerate(tasks)
    ]
    found = collected(study, export(path, tasks, *given)).annotations
    ids = ["1", "2", "3", "4", "6", "7"]
    assert {(a.comment_id, a.annotator, a.label, a.confidence, a.evidence, a.rationale) for a in found} == {
        (ids[n], USERS[str(user)], label, confidence, tasks[n]["data"]["text"][:4].strip() if quoted else "", rationale)
        for (n, user), (label, confidence, quoted, rationale) in filled.items()
    }


@pytest.fixture
def tasks_and_study(empty, tmp_path):
    return make_tasks(make_sheet(empty, "a1")), empty, tmp_path / "export.json"


def test_a_user_without_a_name_is_told_by_number_and_no_address_is_shown(empty, tmp_path):
    tasks = make_tasks(make_sheet(empty, "a1"))
    user = {"id": 7, "email": "first@example.org", "first_name": "", "last_name": ""}
    path = export(tmp_path / "e.json", tasks, [annotation(user, labelled("none"))], [annotation(2, labelled("none"))])
    message = refused(empty, path)
    assert message == (
        f"{path}: user 7 of Label Studio has 1 annotations here, and it is not said which annotator that is; give "
        "the name, as in users=[7:a1]"
    )
    for named in ({"7": "a1"}, {"first@example.org": "a1"}):
        assert [a.annotator for a in collected(empty, path, USERS | named).annotations] == ["a1", "a2"]


def test_all_problems_of_an_export_are_told_at_once(empty, tmp_path):
    tasks = make_tasks(make_sheet(empty, "a1"))
    del tasks[3]["data"]["row"]
    tasks[5]["data"]["text"] = "another text"
    path = export(
        tmp_path / "e.json",
        tasks,
        [annotation(1, labelled("none")), annotation(1, labelled("favor"))],
        [annotation(1, labelled("favour"))],
        [annotation(1, labelled("none", 0, 2, "Is") + labelled("none", 3, 8, "there")[1:])],
        [annotation(1, labelled("none"))],
        [annotation(1, labelled("none", 0, 3, "Gone"))],
        [annotation(2, labelled("none")), annotation(3, labelled("none"))],
    )
    lines = refused(empty, path, USERS | {"3": "a3"}).splitlines()
    assert [line.removeprefix(f"{path} task ").split(":")[0] for line in lines] == list("12345666")
    told = "\n".join(lines)
    assert "annotator 'a1': evidence is given 2 times, ['Is', 'there']; keep one" in told
    assert "annotator 'a1' has labelled comment '1' before, in" in told
    assert "as 'none' and here as 'favor'" in told
    assert "label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?" in told
    assert "the row has no name (column 'row')" in told
    assert "the evidence 'Gone' does not occur in comment '6'" in told
    assert told.count("another text stands beside it") == 2
    assert "annotator 'a3' is not on the card" in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{not json", "not readable as JSON"),
        (
            '{"id": 1}',
            "expected tasks, each with its data and annotations; export the project from Label Studio as JSON",
        ),
        ('[{"id": 1, "text": "a", "label": "none", "annotator": 1}]', "not JSON-MIN, CSV or another format"),
        ('[{"id": 1, "data": {}, "annotations": [3]}]', "expected tasks"),
    ],
)
def test_another_format_is_refused_with_the_remedy(empty, tmp_path, content, said):
    path = tmp_path / "e.json"
    path.write_text(content)
    message = refused(empty, path)
    assert message.startswith(f"{path}: ")
    assert said in message


def test_an_export_that_is_not_there_is_named(empty, tmp_path):
    assert refused(empty, tmp_path / "e.json").endswith("expected an export of Label Studio, found no such file")


def exported(tmp_path, result, **task):
    path = tmp_path / "export.json"
    annotation = {"completed_by": 1, "result": result}
    path.write_text(
        json.dumps([{"id": 7, "data": {"row": "r-1", "text": "Late."}, "annotations": [annotation]} | task])
    )
    return read_export(path, USERS)


def test_fields_of_another_name_are_named(tmp_path):
    _, problems = exported(tmp_path, [{"from_name": "labels", "type": "choices", "value": {"choices": ["favor"]}}])
    assert "the fields ['labels'] are none of ['label', 'confidence', 'evidence', 'rationale']" in str(problems[0])
    assert str(problems[0]).endswith("Did you mean 'label'?")


@pytest.mark.parametrize(
    "value",
    [{"choices": "favor"}, {"choices": None}, {"text": 5}, {"start": "0", "end": None}, {"text": [1, None]}, {}],
)
@pytest.mark.parametrize("kind", ["choices", "textarea", "labels"])
def test_odd_values_are_read_as_words_or_nothing(tmp_path, kind, value):
    rows, _ = exported(tmp_path, [{"from_name": "label", "type": kind, "value": value}])
    assert isinstance(rows[0].cells["label"], str)


@pytest.mark.parametrize(
    "task",
    [
        {"annotations": [{"result": "favor"}]},
        {"annotations": [{"result": [None]}]},
        {"annotations": [{"result": [{"value": "favor"}]}]},
        {"annotations": None},
        {"data": []},
    ],
)
def test_odd_tasks_are_refused(tmp_path, task):
    rows, problems = exported(tmp_path, [], **task)
    assert not rows
    assert "expected tasks, each with its data and annotations" in str(problems[0])


@pytest.mark.parametrize("text", ["[" * 200_000, "[" + "1" * 5_000 + "]", "{", "\udcff"])
def test_an_export_that_is_a_bomb_or_broken_is_refused(tmp_path, text):
    path = tmp_path / "export.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert "not readable as JSON" in str(read_export(path, USERS)[1][0])


def test_half_an_emoji_in_a_rationale_can_be_written(tmp_path):
    rows, _ = exported(tmp_path, [{"from_name": "rationale", "type": "textarea", "value": {"text": ["so \ud83d"]}}])
    assert rows[0].cells["rationale"] == "so \ufffd"
