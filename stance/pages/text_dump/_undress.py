"""Dumps of other renderers made like Resiliparse's: links, images, headings and wrapped lines of html2text, lynx, w3m.

What is undone is each renderer's own way of writing, found in the page by its marks; words are never changed.
"""

import re
from collections import Counter
from itertools import islice

# html2text breaks the lines of addresses too
_ADDRESS = r"\((?:[^()\[\]\n]|\n(?![^\S\n]*\n)|\([^()\[\]\n]{0,80}\)){0,2000}\)"
_PICTURE_LINK = re.compile(rf"!\[(?:[^\[\]\n]|\n(?![^\S\n]*\n)){{0,200}}\]{_ADDRESS}")
_LINK = re.compile(rf"\[((?:[^\[\]\n]|\\[\[\]]|\n(?![^\S\n]*\n)){{0,300}})\]{_ADDRESS}")
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_WRAPPED_HEADING = re.compile(r"^(#{1,6} [^\n]{40,})\n(?=[^\s#>*])", re.MULTILINE)  # a blank line is behind its end
_HEADING_OF_ITEM = re.compile(r"^( {2,}(?:\*|\d{1,5}\.) )#{1,6} +", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|[*_])(?=[^\s*_])([^*\n]{1,300}?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([-.+_*#()\[\]!>|`{}~])")
_RULE = re.compile(r"^[ \t]*(?:\* \* \*|-{3,}(?:\|-{3,})+|(?:---\|)+---|---)[ \t]*$", re.MULTILINE)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_BULLET = re.compile(r"^( {2,})[*+o#@=-](?= +\S)", re.MULTILINE)
_IMAGE = re.compile(
    r"\[(?:INLINE|IMAGE|LINK|[\w%. /-]{1,80}\.(?:gif|png|jpe?g|svg|webp|ico)(?:\?[^\]\s]{0,80})?)\][ \t]?",
    re.IGNORECASE,
)
_LINK_NUMBER = re.compile(r"\[\d{1,5}\](?=[^\s\[(])")
_REFERENCES = re.compile(r"\nReferences\n\s*+(?:Visible links:?\n\s*+)?1\. \S+:\S*\n")
_ITEM = re.compile(r"( {2,})(?:\d{1,5}\.|[•*]) ")
_WIDEST = 100
_NEAR_ITEM = re.compile(r"^ {1,2}(?:\d{1,5}\.|[•◦▪‣]) ", re.MULTILINE)  # lynx never prints one so far out
# a heading or a block within an item, which lynx prints on a line of its own and even further out
_BARE_ITEM = re.compile(
    r"^( {2,}(?:[*+o#@=-]|\d{1,5}\.))[^\S\n]*\n(?:[^\S\n]*\n)?[^\S\n]*(?=[^\s*+•])(?!\d{1,5}\.[^\S\n])", re.MULTILINE
)
# the text of a picture and the name below it
_DOUBLED = re.compile(r"^( *)([^\W\d_][^\n]{1,40}) ?\2(?=\n *\2$)", re.MULTILINE)
_TOO_WIDE = re.compile(rf"^(?! *https?:)[^\n]{{{_WIDEST + 1}}}", re.MULTILINE)


_QUOTED = re.compile(r"^> ?")
_PICTURE = re.compile(r"^( *(?:(?:\d{1,5}\.|[•*+o]) +)?)\[(?!\d{1,3}\])[^\]\s]{1,20}\](?=[^\s(])", re.MULTILINE)


def undress(page: str) -> str:
    """Return the page without its renderer's marks; the page itself where it has none."""
    shown = page
    if "\n> " in page:
        page = _without_quote_marks(page)
    if "](" in page or page.startswith("#") or "\n#" in page:
        page = _without_markdown(page)
    if "\nReferences\n" in page:
        references = page.rfind("\nReferences\n")
        if _REFERENCES.match(page, references):
            page = page[:references].rstrip("\n") + "\n"
        page = _LINK_NUMBER.sub("", page)
    if "[" in page:
        page = _IMAGE.sub("", page)
        page = _without_picture_names(page)
    if not _TOO_WIDE.search(page):
        page = _DOUBLED.sub(r"\1\2", _unwrapped(_dedented(page)))
    return shown if page == shown else page


def _without_picture_names(page: str) -> str:
    """Take away what w3m prints for a picture, "[avatar]", where it is glued to the beginning of many lines."""
    return _PICTURE.sub(r"\1", page) if sum(1 for _ in islice(_PICTURE.finditer(page), 3)) == 3 else page


def _without_quote_marks(page: str) -> str:
    """Take ">" off all lines where a theme prints every comment as a quotation."""
    lines = page.split("\n")
    full = sum(bool(line.strip()) for line in lines)
    if sum(line.startswith(">") for line in lines) < 0.3 * full:
        return page
    return "\n".join(_QUOTED.sub("", line) for line in lines)


def _without_markdown(page: str) -> str:
    if "](" not in page and not _MARKDOWN_HEADING.search(page):
        return page
    page = _WRAPPED_HEADING.sub(r"\1 ", _RULE.sub("", page))
    heading = "\u2060"  # keeps its place until the lines below are indented
    page = _HEADING_OF_ITEM.sub(r"\1", _HEADING.sub(heading, page))
    page = _LINK.sub(lambda match: match[1].strip(), _PICTURE_LINK.sub("", page))
    page = _EMPHASIS.sub(r"\2", page)
    page = _ESCAPE.sub(r"\1", page)
    page = _BULLET.sub(r"\1•", _BARE_ITEM.sub(r"\1 ", page))
    lines, indent = [], 0
    for line in page.split("\n"):
        item = _ITEM.match(line)
        if item:
            indent = len(item[1]) + 2
        elif line.startswith(heading):
            indent, line = 0, line[1:]
        elif line and line[0] != " ":
            line = " " * indent + line
        lines.append(line)
    return "\n".join(lines)


def _dedented(page: str) -> str:
    """Take the margin of three blanks away that lynx prints before all but headings."""
    lines = page.split("\n")
    full = [line for line in lines if line.strip()]
    indented = sum(line.startswith("   ") for line in full)
    if indented < max(3, 0.6 * len(full)) or _NEAR_ITEM.search(page):
        return page
    page = _BARE_ITEM.sub(r"\1 ", page)
    lines = page.split("\n")
    page = "\n".join(line[3:] if line.startswith("   ") else line.lstrip(" ") for line in lines)
    return _BULLET.sub(r"\1•", page)


def _unwrapped(page: str) -> str:
    """Join lines that were broken because the next word did not fit into the page's width any more."""
    lines = page.split("\n")
    widths = [len(line) for line in lines]
    longest = sorted(length for length in widths if length <= _WIDEST)
    width = longest[-3] if len(longest) > 3 else 0  # a heading or an input field may be wider than the text
    if width < 50 or sum(length > 0.85 * width for length in widths) < 3:
        return page
    often = {line for line, count in Counter(map(_alike, lines)).items() if count >= 3}  # buttons
    kept = _kept_lines(lines, width)
    joined: list[str] = []
    last = 0  # the length of the line before, as it was printed
    for place, (line, length) in enumerate(zip(lines, widths, strict=True)):
        words = line.lstrip(" ")
        if joined and words and last and not _ITEM.match(line) and words[0] not in "•◦▪‣□■○●▫◆":
            before = joined[-1]
            is_next = length - len(words) == _text_indent(before) and not _had_room(last, words, width)
            if is_next and place not in kept and _alike(line) not in often:
                joined[-1] = f"{before} {words}"
                last = length
                continue
        joined.append(line.rstrip())
        last = length if words else 0
    return "\n".join(joined)


def _had_room(last: int, words: str, width: int) -> bool:
    """Say whether the first of these words would have fitted behind a line of this length."""
    return last + 1 + len(words.partition(" ")[0]) <= width - 1


def _kept_lines(lines: list[str], width: int) -> set[int]:
    """Return the places of lines that go on with no other: those with a date and time, and the names above them.

    They are names where most of them would have had room on the line before: a short line above a time is one too then.
    """
    timed = {place for place in range(len(lines)) if _is_timed(lines, place, width)}
    above = [place - 1 for place in timed if place > 1 and lines[place - 1].strip() and lines[place - 2].strip()]
    alone = [place for place in above if _had_room(len(lines[place - 1]), lines[place].lstrip(" "), width)]
    if 2 * len(alone) <= len(above):
        return timed
    return timed | {place for place in above if len(lines[place].strip()) <= _LONGEST_NAME}


def _is_timed(lines: list[str], place: int, width: int) -> bool:
    line = lines[place]
    if _TIMED.search(line):
        return True
    if not _YEAR.search(line) or place + 1 == len(lines):
        return False
    behind = lines[place + 1].strip()  # where the time did not fit any more
    return bool(behind) and not _had_room(len(line), behind, width) and bool(_TIMED.search(f"{line} {behind}"))


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMED = re.compile(r"\b(?:19|20)\d\d\b.{0,16}\b\d\d?[:.h]\d\d")
_LONGEST_NAME = 40
_DIGITS = re.compile(r"\d+")


def _alike(line: str) -> str:
    return _DIGITS.sub("0", line.strip())


_OUTSET = re.compile(r" *(?:(?:\d{1,5}\.|[•◦▪‣□■○●▫◆]) +)?")


def _text_indent(line: str) -> int:
    match = _OUTSET.match(line)
    return match.end() if match else 0
