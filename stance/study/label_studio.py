"""Label Studio: tasks and a labelling configuration for it, and filled rows from its export."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from stance.cells import parse_json
from stance.errors import did_you_mean
from stance.study.annotations._annotation import Problem
from stance.study.sheets._rows import FILLED_COLUMNS, FilledRow, Sheet, SheetRow

CONFIDENCE = {"1": "unsure", "2": "fairly sure", "3": "certain"}
REMEDY = "export the project from Label Studio as JSON, not JSON-MIN, CSV or another format"
# the thread's end is what stands before the comment: a column in reverse is scrolled to it from the start
_STYLE = """
.stance {max-width: 56rem}
.stance-thread {max-height: 14rem; overflow-y: auto; display: flex; flex-direction: column-reverse}
.stance-given {white-space: pre-line}
.stance-thread, .stance-answers {padding: .5rem; margin-bottom: .75rem; border-radius: 4px}
.stance-thread, .stance-answers {background: rgba(127, 127, 127, .08)}
.stance-comment {border-left: 3px solid #4c7fd1; padding: 0 1rem; margin: 1rem 0; font-size: 1.1em}
"""


def make_label_config(labels: Sequence[str], given: bool = False) -> str:
    """Return the labelling configuration in Label Studio's XML: the thread, the comment, the label set.

    `given` shows what others have said of the comment too, as tasks of disagreements have it.

    Keys choose: 1, 2, … the labels, e then a selection in the comment the evidence. A label is required; a
    comment that cannot be judged is skipped.
    """
    view = ElementTree.Element("View", className="stance")
    ElementTree.SubElement(view, "Style").text = _STYLE
    _add(view, "Header", value="$question", size="4")
    _shown_text(view, "thread", "The thread so far")
    _shown_text(view, "answers", "In answer to")
    comment = ElementTree.SubElement(view, "View", className="stance-comment")
    _add(comment, "Header", value="$author", size="5")
    _add(comment, "Text", name="text", value="$text", granularity="word")
    if given:
        _shown_text(view, "given", "What annotators have said")
    evidence = _add(view, "Labels", name="evidence", toName="text", showInline="true")
    _add(evidence, "Label", value="evidence", hotkey="e", background="#f2b33d", maxUsages="1")
    message = "Choose a label, or skip the comment."
    hotkeys = dict(zip(labels, "123456", strict=False))
    label = _choices(view, "label", "Label", required="true", requiredMessage=message)
    for name in labels:
        _add(label, "Choice", value=name, **({"hotkey": hotkeys[name]} if name in hotkeys else {}))
    confidence = _choices(view, "confidence", "How sure")
    for (number, words), hotkey in zip(CONFIDENCE.items(), "789", strict=True):
        _add(confidence, "Choice", value=words, alias=number, hotkey=hotkey)
    asked = "Why, in one sentence of your own"
    _add(view, "TextArea", name="rationale", toName="text", placeholder=asked, rows="2", maxSubmissions="1")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def make_tasks(sheet: Sheet) -> list[dict[str, dict[str, str]]]:
    """Return a sheet as tasks to import into Label Studio; who labels them is who is logged in there."""
    return [
        {
            "data": {
                "row": row.row,
                "question": f"What does this comment say of {row.blank.target}?",
                "thread": row.context or "Nothing: the thread begins here.",
                "answers": row.answers or "The post, as far as the page shows.",
                "author": row.author,
                "text": row.text,
                **({"given": _given(row)} if row.given else {}),
                **({"probability": row.blank.probability, "draw": row.blank.draw} if row.blank.draw else {}),
            }
        }
        for row in sheet.rows
    ]


def _given(row: SheetRow) -> str:
    """Return a line for each annotator: the label, and where there is one the evidence and the rationale."""
    lines = []
    for said in row.given:
        parts = [said.label, f"“{said.evidence}”" if said.evidence else "", said.rationale]
        lines.append(f"{said.annotator}: " + " · ".join(filter(None, parts)))
    return "\n".join(lines)


def tasks_json(sheet: Sheet) -> bytes:
    """Return a sheet's tasks as the file that Label Studio imports."""
    return (json.dumps(make_tasks(sheet), ensure_ascii=False, indent=1) + "\n").encode()


def read_export(path: Path, users: Mapping[str, str]) -> tuple[list[FilledRow], list[Problem]]:
    """Read Label Studio's JSON export; return a filled row per annotation, and what is wrong with the export.

    `users` gives the annotator's name of each user of Label Studio, by their number or e-mail address there;
    addresses go no further. An annotation that was skipped is an empty row. Fields of a project's own are passed over.
    """
    source = str(path)
    try:
        exported = parse_json(path.read_bytes())
    except FileNotFoundError:
        return [], [Problem(source, 0, "expected an export of Label Studio, found no such file")]
    except ValueError as error:
        return [], [Problem(source, 0, f"not readable as JSON ({error}); {REMEDY}")]
    if not isinstance(exported, list) or not all(_is_task(task) for task in exported):
        return [], [Problem(source, 0, f"expected tasks, each with its data and annotations; {REMEDY}")]
    rows: list[FilledRow] = []
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    for task in exported:
        where, data = f"{source} task {task.get('id', '?')}", task["data"]
        for annotation in task["annotations"]:
            annotator = _annotator(annotation, users)
            if annotator is None:
                unknown[_user_number(annotation)] += 1
                continue
            cells, wrong = _cells(annotation, data)
            problems += (Problem(where, 0, f"annotator {annotator!r}: {message}") for message in wrong)
            name, text, *drawn = (str(data.get(key, "")) for key in ("row", "text", "probability", "draw"))
            rows.append(FilledRow(where, 0, name, annotator, text, cells, *drawn))
    for number, times in unknown.items():
        message = f"user {number} of Label Studio has {times} annotations here, and it is not said which annotator "
        problems.append(Problem(source, 0, message + f"that is; give the name, as in users=[{number}:a1]"))
    return rows, problems


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _shown_text(view: ElementTree.Element, name: str, heading: str) -> None:
    _add(view, "Header", value=heading, size="6")
    _add(_add(view, "View", className=f"stance-{name}"), "Text", name=name, value=f"${name}")


def _choices(view: ElementTree.Element, name: str, heading: str, **attributes: str) -> ElementTree.Element:
    _add(view, "Header", value=heading, size="5")
    return _add(view, "Choices", name=name, toName="text", choice="single-radio", showInline="true", **attributes)


def _is_task(task: object) -> bool:
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        return False
    annotations = task.get("annotations")
    return isinstance(annotations, list) and all(map(_is_annotation, annotations))


def _is_annotation(annotation: object) -> bool:
    if not isinstance(annotation, dict):
        return False
    results = annotation.get("result") or []
    return isinstance(results, list) and all(
        isinstance(result, dict) and isinstance(result.get("value", {}), dict) for result in results
    )


def _annotator(annotation: Mapping[str, Any], users: Mapping[str, str]) -> str | None:
    user = annotation.get("completed_by")
    names = (user.get("id"), user.get("email")) if isinstance(user, dict) else (user,)
    return next((users[str(name)] for name in names if str(name) in users), None)


def _user_number(annotation: Mapping[str, Any]) -> str:
    """Return the number of a user in Label Studio: unlike the address it may be shown."""
    user = annotation.get("completed_by")
    return str(user.get("id") if isinstance(user, dict) else user)


def _cells(annotation: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return what an annotation says, and what is wrong with it."""
    cells = dict.fromkeys(FILLED_COLUMNS, "")
    if annotation.get("was_cancelled"):
        return cells, []
    problems = []
    for name in FILLED_COLUMNS:
        said = [
            text
            for result in annotation.get("result") or []
            if result.get("from_name") == name
            for text in _said(result, str(data.get("text", "")))
        ]
        if len(said) > 1:
            problems.append(f"{name} is given {len(said)} times, {said}; keep one")
        cells[name] = said[0].strip() if said else ""
    named = sorted({str(result.get("from_name")) for result in annotation.get("result") or []})
    if named and not set(named) & set(FILLED_COLUMNS):
        hints = did_you_mean(named[0], FILLED_COLUMNS)
        problems.append(
            f"the fields {named} are none of {list(FILLED_COLUMNS)}, so nothing was read; name them so in the "
            f"labelling configuration, as label-config.xml has it.{hints}"
        )
    return cells, problems


def _said(result: Mapping[str, Any], text: str) -> Iterator[str]:
    """Yield what one result says: choices, the lines of a text area, the words of a span."""
    value = result.get("value", {})
    if result.get("type") == "choices":
        chosen = value.get("choices") or []
        yield from map(str, chosen if isinstance(chosen, list) else [chosen])
    elif result.get("type") == "textarea":
        written = value.get("text", [])
        yield " ".join(map(str, written)) if isinstance(written, list) else str(written)
    elif result.get("type") == "labels":
        # its offsets count code points, as Python does; earlier versions counted otherwise, so its words decide
        start, end = value.get("start"), value.get("end")
        offsets = isinstance(start, int) and isinstance(end, int)
        yield str(value.get("text") or (text[start:end] if offsets else ""))
