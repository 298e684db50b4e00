"""A study's tasks go into a Label Studio server, two annotators label them, and the export gives the same rows.

Usage: python tests/label_studio_server/round_trip.py <the Python of an environment with Label Studio>

Everything but the server runs as a user would run it, in this environment, in a temporary folder.
"""

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVER = Path(__file__).with_name("server.py")
SECONDS = 600
THREAD = "blog.example.org/ferry"
# parent, author, kind, text: letters beyond ASCII and beyond 16 bits, paragraphs, markup as words, formulas
COMMENTS = [
    (0, "reader-1", "comment", "Die Fähre ist wieder zu spät 🚢, and far too dear."),
    (1, "reader-2", "comment", "👩‍👩‍👧 love it! ﷽\n\nIt is a joy 🎉 and «cheap» — really.\n\nA joy 🎉, I said."),
    (0, "", "comment", "Is there a <b>timetable</b> & a map?"),
    (2, "reader-1", "comment", "=1+1 is what they can count to. -- A joy? It has sunk twice."),
    (0, "another blog", "pingback", "[…] what they say […]"),
    (0, "reader-3", "comment", "Late, but lovely."),
]
# comment, then for each annotator label, confidence, evidence, rationale; None where the comment is skipped
ANSWERS = {
    "1": [("against", "3", "wieder zu spät 🚢", "zu spät – »dear«"), ("against", "2", "far too dear", "")],
    "2": [("favor", "3", "a joy 🎉 and «cheap» — really", "Freude 🎉"), ("favor", "", "", "=a formula, in words")],
    "3": [("none", "1", "", ""), ("none", "3", "<b>timetable</b> & a map", "asks & no more")],
    "4": [("against", "2", "=1+1 is what they can count to.", "irony"), None],
    "6": [("against", "1", "Late", ""), ("favor", "1", "lovely", "")],
}


def write_study(folder):
    entries = [
        {
            "id": number,
            "post": 1,
            "parent": parent,
            "author_name": author,
            "date": f"2020-02-03T10:0{number}:00",
            "content": {"rendered": "".join(f"<p>{_escaped(part)}</p>" for part in text.split("\n\n"))},
            "link": f"https://{THREAD}/#comment-{number}",
            "type": kind,
        }
        for number, (parent, author, kind, text) in enumerate(COMMENTS, start=1)
    ]
    (folder / "pages").mkdir(parents=True)
    page = json.dumps(entries).encode()
    (folder / "pages" / "ferry.json").write_bytes(page)
    card = {
        "title": "Stance toward the ferry",
        "target": "the ferry",
        "labels": ["against", "none", "favor"],
        "revision": 1,
        "pages": [{"path": "pages/ferry.json", "sha256": hashlib.sha256(page).hexdigest(), "format": "rest"}],
        "annotators": {"a1": "person", "a2": "person"},
        "labelled_by": "two annotators who do not exist",
        "licence": "CC0",
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(card, sort_keys=False))
    (folder / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    (folder / "guidelines.md").write_text("Invented.\n")


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def annotate(folder, *arguments):
    command = [sys.executable, str(ROOT / "experiments" / "annotate.py"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    print(done.stdout, end="")
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")


def submitted(text, answer):
    """Return an answer as the labelling interface submits it; offsets count code points."""
    label, confidence, evidence, rationale = answer
    results = [_result("label", "choices", {"choices": [label]})]
    if confidence:
        results.append(_result("confidence", "choices", {"choices": [confidence]}))
    if evidence:
        start = text.index(evidence)
        value = {"start": start, "end": start + len(evidence), "text": evidence, "labels": ["evidence"]}
        results.append(_result("evidence", "labels", value))
    if rationale:
        results.append(_result("rationale", "textarea", {"text": [rationale]}))
    return results


def _result(name, kind, value):
    return {"id": name, "from_name": name, "to_name": "text", "type": kind, "value": value}


def label(folder, python):
    """Let the server's environment import the tasks, submit the answers and export; return the users' numbers."""
    there = folder / "outputs" / "annotation" / "ferry"
    tasks = json.loads((there / "a1-tasks.json").read_text(encoding="utf-8"))
    assert tasks == json.loads((there / "a2-tasks.json").read_text(encoding="utf-8")), "tasks differ by annotator"
    numbers = [str(number) for number, comment in enumerate(COMMENTS, start=1) if comment[2] == "comment"]
    answers = [
        {
            task["data"]["row"]: given and submitted(task["data"]["text"], given)
            for number, task in zip(numbers, tasks, strict=True)
            for given in [ANSWERS[number][annotator]]
        }
        for annotator in range(2)
    ]
    (there / "tasks.json").write_bytes((there / "a1-tasks.json").read_bytes())
    (there / "answers.json").write_text(json.dumps(answers))
    with subprocess.Popen([python, str(SERVER), str(there)], stdout=subprocess.PIPE, text=True) as program:
        try:
            said, _ = program.communicate(timeout=SECONDS)
        finally:
            # it ends its server before it ends itself
            program.terminate()
    if program.returncode:
        raise SystemExit(f"the server's program ended with {program.returncode}")
    return json.loads(said)


def expected():
    return {
        (number, name, *answer)
        for number, given in ANSWERS.items()
        for name, answer in zip(("a1", "a2"), given, strict=True)
        if answer
    }


def main():
    from stance import read_study

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    python = str(Path(sys.argv[1]).absolute())
    with tempfile.TemporaryDirectory(prefix="round-trip-") as name:
        folder = Path(name)
        write_study(folder / "ferry")
        for annotator in ("a1", "a2"):
            annotate(folder, "sheet", "study=ferry", f"annotator={annotator}")
        users = label(folder, python)
        there = Path("outputs") / "annotation" / "ferry"
        names = ",".join(f"{user}:a{number}" for number, user in enumerate(users, start=1))
        annotate(folder, "collect", "study=ferry", f"files=[{there / 'export.json'}]", f"users=[{names}]")
        collected = folder / there / "annotations-with-a1-a2.csv"
        (folder / "ferry" / "annotations.csv").write_bytes(collected.read_bytes())
        annotate(folder, "check", "study=ferry")
        read = read_study(folder / "ferry").annotations
    found = {(a.comment_id, a.annotator, a.label, a.confidence, a.evidence, a.rationale) for a in read}
    assert len(read) == len(found)
    assert found == expected(), f"not as submitted:\n{found - expected()}\nmissing:\n{expected() - found}"
    print(f"{len(found)} annotations by two annotators came back from Label Studio as they were submitted")


if __name__ == "__main__":
    main()
