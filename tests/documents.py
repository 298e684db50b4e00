"""Documents show only what was run: their commands, what these print, and the files and the Python they hold."""

import re
from typing import NamedTuple

LEFT_OUT = "…"


class Block(NamedTuple):
    """A fenced block of a document: its language, the file that it is the content of ("" for none), and its text."""

    language: str
    file: str
    text: str


class Shown(NamedTuple):
    """A command of a console block, and the lines that it is shown to print."""

    command: str
    printed: list[str]


def blocks(document, language=""):
    """Return the fenced blocks of a document in order, all or those of one language."""
    found = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", document, flags=re.DOTALL | re.MULTILINE)
    return [Block(*block) for block in found if language in ("", block[0])]


def entry_points(document):
    """Return (verb, arguments) of the commands of a document that run `stance`, comments left out."""
    return re.findall(r"^stance (\w+) ?([^#\n]*)", document, flags=re.MULTILINE)


def shown_commands(block):
    """Return the commands of a console block; what stands between one and the next is what it prints."""
    found = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line.removeprefix("$ "), []))
        else:
            found[-1].printed.append(line)
    return found


def first_not_printed(shown, output):
    """Return the first line shown that is not in the output where it should be, None where all are.

    A line of `…` stands for any number of lines, `…` in a line for any characters; the digits of a digest and
    the time in a folder's name may be others. White space is folded.
    """
    lines = [" ".join(line.split()) for line in output.splitlines()]
    at, may_skip = 0, True
    for line in shown:
        if line.strip() == LEFT_OUT:
            may_skip = True
            continue
        ahead = range(at, len(lines) if may_skip else min(at + 1, len(lines)))
        place = next((place for place in ahead if re.fullmatch(_pattern(line), lines[place])), None)
        if place is None:
            return line
        at, may_skip = place + 1, False
    return None


def _pattern(line):
    escaped = re.escape(" ".join(line.split())).replace(LEFT_OUT, ".*")
    escaped = re.sub(r"(?<=\\-)[0-9a-f]{8}(?![0-9a-z])", "[0-9a-f]{8}", escaped)
    return re.sub(r"\d{4}\\-\d\d\\-\d\d_[\d\\-]+", r"[\\d_-]+", escaped)
