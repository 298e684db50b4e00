"""The village study grown to thousands of invented comments, whose every label is known; nobody wrote them.

python experiments/village.py seeds/village                    # a study without annotations, and its truth.csv
python experiments/village.py seeds/village --fill sheet.csv   # labels a sheet as a careful annotator would
"""

import argparse
import csv
import hashlib
import json
from pathlib import Path

import numpy as np

N_COMMENTS, N_AUTHORS, N_THREADS, N_MONTHS = 3_000, 700, 12, 8
LABELS = ("against", "none", "favor")
SHARES = (0.42, 0.33, 0.25)
TARGET = "opening the library on Sundays"
SAID = {
    "against": (
        "Sunday is the one quiet day we have left",
        "who is to pay the staff for that, the parish?",
        "nobody needs a reading room on a Sunday",
        "leave the building shut and mend the roof instead",
        "another cost that comes back as a rate rise",
        "the volunteers are worn out as it is",
    ),
    "favor": (
        "Sunday is the only day I could ever go",
        "the children would have somewhere warm to read",
        "other villages open and nobody has died of it",
        "I would gladly stand at the desk myself",
        "a library that is shut helps nobody",
        "working people need a day that is not a weekday",
    ),
    "none": (
        "does anybody know when the bus is back on its old route?",
        "the minutes of the last meeting are on the board",
        "I have found a blue glove by the gate",
        "who keeps the key at the moment?",
        "see you all at the fair",
        "the link in the post does not work for me",
    ),
}
FILLERS = (
    "To be honest,",
    "As I said last week,",
    "Well,",
    "My neighbour says:",
    "Good morning,",
    "I read the post twice.",
    "Sorry to come late to this.",
    "",
)

PLACES = (
    "baker's",
    "green",
    "school",
    "mill",
    "chapel",
    "pond",
    "post office",
    "bowls club",
    "old barn",
    "war memorial",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def draw_comments(seed: int) -> list[dict[str, str | int]]:
    """Draw the comments: authors lean one way, some threads and later months are more in favour."""
    generator = np.random.default_rng(seed)
    leaning = generator.dirichlet(np.array(SHARES) * 2, N_AUTHORS)
    busy = generator.dirichlet(np.full(N_AUTHORS, 0.6))
    found: list[dict[str, str | int]] = []
    for number in range(N_COMMENTS):
        author, thread = int(generator.choice(N_AUTHORS, p=busy)), int(generator.integers(N_THREADS))
        month = int(generator.integers(N_MONTHS))
        shares = leaning[author] * np.array([1.3 - 0.08 * month, 1.0, 0.7 + 0.1 * month + 0.3 * (thread % 3 == 0)])
        label = LABELS[int(generator.choice(3, p=shares / shares.sum()))]
        # one in four says something that another side says as well
        voice = label if generator.random() < 0.75 else LABELS[int(generator.integers(3))]
        words = [str(generator.choice(FILLERS)), str(generator.choice(SAID[voice])), str(generator.choice(SAID[voice]))]
        day, place = str(generator.choice(DAYS)), str(generator.choice(PLACES))
        hour = int(generator.integers(1, 12))
        words.append(
            f"I heard the same on {day} around {hour} at the {place}, from {int(generator.integers(2, 40))} people."
        )
        when = f"2021-{month + 1:02}-{int(generator.integers(1, 28)):02}T{int(generator.integers(7, 23)):02}:00:00"
        text = " ".join(word for word in words if word)
        found.append({"id": number + 1, "thread": thread, "author": author, "when": when, "text": text, "label": label})
    return found


def thread_id(thread: int) -> str:
    """Return the address of a thread as the reader gives it."""
    return f"village.example/sundays-{thread + 1:02}"


def page_of(comments: list[dict[str, str | int]], thread: int) -> bytes:
    """Return the comments of a thread as the REST interface of WordPress has them."""
    entries = [
        {
            "id": one["id"],
            "post": thread + 1,
            "parent": 0,
            "author_name": f"reader-{one['author']}",
            "date": one["when"],
            "content": {"rendered": f"<p>{one['text']}</p>"},
            "link": f"https://{thread_id(thread)}/#comment-{one['id']}",
            "type": "comment",
        }
        for one in sorted(comments, key=lambda one: str(one["when"]))
        if one["thread"] == thread
    ]
    return (json.dumps(entries, indent=0) + "\n").encode()


def write_study(folder: Path, seed: int) -> None:
    """Write the study's folder: pages, card, guidelines, and the truth, which no command reads."""
    comments = draw_comments(seed)
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    lines = [f"title: Stance toward {TARGET}, in invented threads", f"target: {TARGET}"]
    lines += ["labels: [against, none, favor]", "revision: 1", "pages:"]
    for thread in range(N_THREADS):
        page, name = page_of(comments, thread), f"pages/thread-{thread + 1:02}.json"
        (folder / name).write_bytes(page)
        lines.append(f"  - {{path: {name}, format: rest, sha256: {hashlib.sha256(page).hexdigest()}}}")
    lines += ["annotators: {a1: person}", "labelled_by: nobody; the labels are those the comments were drawn with"]
    (folder / "study.yaml").write_text("\n".join([*lines, "licence: Apache-2.0"]) + "\n", encoding="utf-8")
    (folder / "guidelines.md").write_text(f"Does the comment speak for or against {TARGET}?\n", encoding="utf-8")
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("example_id", "author", "month", "label"))
        for one in comments:
            month = str(one["when"])[:7]
            table.writerow((f"{thread_id(int(one['thread']))}#{one['id']}", one["author"], month, one["label"]))


def fill_sheet(folder: Path, sheet: Path) -> int:
    """Fill in the labels of a sheet from the truth and return how many rows it has."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["example_id"]: row["label"] for row in csv.DictReader(file)}
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["label"] = truth[f"{row['thread_id']}#{row['comment_id']}"]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return len(rows)


def main() -> None:
    """Write the study, or fill in a sheet of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fill", type=Path, help="a sheet of the study")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.fill:
        print(f"{fill_sheet(arguments.folder, arguments.fill)} rows labelled")
        return
    write_study(arguments.folder, arguments.seed)
    print(f"{N_COMMENTS:,} comments in {N_THREADS} threads: {arguments.folder}")


if __name__ == "__main__":
    main()
