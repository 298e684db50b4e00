"""What a file is that is no page: named, with what to do, so that nothing is read out of it that is not there."""

import re

_ONLY = "Only pages and exports of comments are read."
_MAGIC = (
    (re.compile(rb"%PDF-"), "a PDF document. Save the page itself."),
    (re.compile(rb"\{\\rtf"), "a rich text document. Save it as plain text."),
    (re.compile(rb"SQLite format 3\0"), "an SQLite database. Write its table as CSV."),
    (re.compile(rb"ARROW1\0|\xff\xff\xff\xff.{4}", re.DOTALL), "an Arrow file. Write it as Parquet or CSV."),
    (re.compile(rb"\x89PNG|GIF8[79]a|\xff\xd8\xff|RIFF.{4}WEBP", re.DOTALL), "a picture. Save the page itself."),
    (
        re.compile(rb"(?:[\w-]+: [^\n]*\n|[ \t][^\n]*\n){0,50}?Content-Type: multipart/related", re.IGNORECASE),
        "a page saved as one MHTML file. Save it as HTML.",
    ),
)
_TEXT = (
    (re.compile(r"From \S+ .*\d{4}\n(?:[\w-]+: .*\n)"), f"a mailbox. {_ONLY}"),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)"), f"a file of contacts or dates. {_ONLY}"),
    (re.compile(r"#!\s?/|<\?php\b"), f"a program. {_ONLY}"),
    (re.compile(r"\s*(?:%.*\n\s*)*\\documentclass\b"), f"a LaTeX source. {_ONLY}"),
    (
        re.compile(r"\s*@(?:article|book|inproceedings|misc|incollection)\s*\{", re.IGNORECASE),
        f"a BibTeX file. {_ONLY}",
    ),
)
_SQL = re.compile(r"^(?:INSERT INTO|CREATE TABLE|DROP TABLE) ", re.MULTILINE)
_CODE = re.compile(
    r"\s*(?:(?:from [\w.]+ )?import [\w.{*]|def \w+\(|class \w+[:({]|#include\b|return\b.*;?$|if \(.*\{$|@\w+(?:\(|$)"
    r"|(?:public|private|static|export|func|fn|function|const|let|var|package|using|namespace)\b.*[;{(=]"
    r"|[\w.\])]+\(.*\);?$|[\w.\[\]]+ [-+*]?= .*[\w)\]};,]$|[}\])]+[;,]?$|//|/\*|\*/)"
)
_FEWEST_LINES = 8


def name_magic(head: bytes) -> str | None:
    """Return what a binary file is and what to do with it, None where that is not known."""
    return next((found for sign, found in _MAGIC if sign.match(head)), None)


def name_text(head: str) -> str | None:
    """Return what a text file is and what to do with it, None where it may well be the text of a page."""
    head = head.removeprefix("\ufeff").replace("\r\n", "\n")
    for sign, found in _TEXT:
        if sign.match(head):
            return found
    if _SQL.search(head) and head.count(";\n") >= 2:
        return "a database dump. Write its table of comments as CSV."
    lines = [line for line in head.split("\n")[:200] if line.strip()]
    code = sum(_CODE.match(line) is not None for line in lines)
    if len(lines) >= _FEWEST_LINES and code * 2 >= len(lines):
        return f"a program's source. {_ONLY}"
    return None
