"""From an HTML fragment to the words in it: what a reader of the page would copy out of one comment."""

import re
from html import unescape
from unicodedata import is_normalized, normalize

# Follows the tokenizer of the HTML standard: a tag or comment that is never closed reaches to the end, so each
# character is consumed once and no input can make it backtrack. Quotes count only behind an equals sign.
_TOKEN = re.compile(
    r"<(?:"
    r"!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|(?P<raw>script|style|iframe|textarea|title|xmp|noembed|noframes)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    r"|(?P<name>/?[a-z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)"
    r"|[!?/][^>]*+(?:>|\Z)"
    r")",
    re.IGNORECASE | re.DOTALL,
)
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_SMILEY_CLASS = re.compile(r"emoji|smil", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_BLANKS = re.compile(" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONGEST_EMOJI = 12
# a tag whose attributes are quoted as the HTML serializer writes them
_SIMPLE_TAG = re.compile(r"<(/?[a-z][a-z0-9]*+)(?:[\s/][^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+)*+)?>")
_PARAGRAPH, _LINE, _SPACE, _HIDDEN, _QUOTE, _IMAGE, _PRE = range(7)
_PARAGRAPH_TAGS = (
    *("p", "div", "ul", "ol", "dl", "table", "section", "article", "header", "footer", "aside", "nav", "main", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "center", "address", "fieldset", "details", "summary"),
    *("figure", "figcaption"),
)
_ACTIONS = {
    **dict.fromkeys(_PARAGRAPH_TAGS, _PARAGRAPH),
    **dict.fromkeys(["br", "li", "tr", "dt", "dd", "caption", "option"], _LINE),
    **dict.fromkeys(["td", "th"], _SPACE),
    **dict.fromkeys(["svg", "noscript", "template", "button", "select", "object", "audio", "video", "head"], _HIDDEN),
    "blockquote": _QUOTE,
    "img": _IMAGE,
    "pre": _PRE,
}

# the tags that most comments have no others of, and what they are in text; none of them hides anything
_INLINE_TAGS = (
    *("a", "b", "i", "u", "s", "em", "strong", "span", "code", "sup", "sub", "small", "big", "del", "ins", "q", "cite"),
    *("abbr", "tt", "font", "strike"),
)
_SIMPLE_BLOCKS = ("p", "div", "ul", "ol", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6")
_SIMPLE = {
    **dict.fromkeys([f"{slash}{name}" for name in _INLINE_TAGS for slash in ("", "/")], ""),
    **dict.fromkeys([f"{slash}{name}" for name in _SIMPLE_BLOCKS for slash in ("", "/")], "\n\n"),
    **{"br": "\n", "li": "\n", "/li": ""},
}
_QUOTE_TAGS = _OPENS, _CLOSES = "blockquote", "/blockquote"


def html_to_text(fragment: str, *, line_breaks: bool = False) -> str:
    r"""Return the words of an HTML fragment as NFC text, a blank line between paragraphs.

    Line breaks and list items start a new line, quoted blocks have "> " before each line, links keep their words,
    pictures go except smilies, whose alternative text stays. Scripts, styles and buttons are dropped.
    `line_breaks`: newlines in the fragment are breaks too, as in comments stored before a site renders them.
    Takes time linear in the length of the fragment, whatever is in it.

    >>> html_to_text("<p>Fish &amp;<br>chips</p><blockquote>Rice</blockquote>")
    'Fish &\nchips\n\n> Rice'
    """
    if "<" not in fragment and "&" not in fragment:
        return _plain_text(fragment, line_breaks)
    if "\r" not in fragment:
        words = _simple_lines(fragment) if line_breaks else _simple_text(fragment)
        if words is not None:
            return words
    blocks = _Blocks(line_breaks)
    place = 0
    for token in _TOKEN.finditer(fragment):
        start, end = token.span()
        if start > place:
            blocks.add_words(fragment[place:start])
        place = end
        name = token["name"]
        if name is not None:
            blocks.add_tag(name.lower(), token["attributes"])
    if place < len(fragment):
        blocks.add_words(fragment[place:])
    return blocks.joined()


def clean_text(text: str) -> str:
    """Return `text` as NFC without control characters."""
    if not text.replace("\n", "").isprintable():
        text = _CONTROL.sub("", text)
    return _composed(text)


def _composed(text: str) -> str:
    return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)


def _simple_text(fragment: str) -> str | None:
    """Return the words of a fragment that has only tags of the usual kinds, None for any other."""
    pieces = _SIMPLE_TAG.split(fragment.replace("\n", " "))
    breaks = list(map(_SIMPLE.get, pieces[1::2]))
    if None in breaks:
        if any(known is None and name not in _QUOTE_TAGS for known, name in zip(breaks, pieces[1::2], strict=True)):
            return None
        pieces[1::2] = [name if known is None else known for known, name in zip(breaks, pieces[1::2], strict=True)]
        return _with_quotations(pieces)
    pieces[1::2] = breaks
    words = "".join(pieces)
    return tidy_text(_unescaped(words)) if "<" not in words else None


def _simple_lines(fragment: str) -> str | None:
    """Return the words of a fragment whose newlines count and whose tags break no line, None for any other."""
    pieces = _SIMPLE_TAG.split(fragment)
    breaks = list(map(_SIMPLE.get, pieces[1::2]))
    if None in breaks or "\n" in breaks:
        return None
    if any("<" in piece for piece in pieces[::2]):
        return None
    pieces[1::2] = breaks
    words = "".join([unescape(piece) if "&" in piece else piece for piece in pieces])
    return tidy_text(words) if "\r" not in words else None


def _with_quotations(pieces: list[str]) -> str | None:
    """Return pieces of text, between which only tags of quoted blocks are left, as one text; None for other tags."""
    blocks, depth, start = [], 0, 0
    for place in range(1, len(pieces) + 2, 2):
        is_tag = place < len(pieces) and pieces[place] in _QUOTE_TAGS
        if not is_tag and place < len(pieces):
            continue
        words = "".join(pieces[start:place])
        if "<" in words:
            return None
        if text := tidy_text(_unescaped(words)):
            blocks.append(_quoted(text, depth))
        if is_tag:
            depth = max(0, depth + (1 if pieces[place] == _OPENS else -1))
        start = place + 1
    return "\n\n".join(blocks)


def _unescaped(words: str) -> str:
    """Decode entities; none of them is a line break."""
    if "&" not in words:
        return words
    if "&#" not in words and "&NewLine" not in words:
        return unescape(words)
    return "\n".join(unescape(line).replace("\n", " ").replace("\r", " ") for line in words.split("\n"))


def _plain_text(text: str, line_breaks: bool) -> str:
    return tidy_text(text.replace("\r\n", "\n") if line_breaks else text.replace("\n", " "))


def tidy_text(text: str) -> str:
    """Return `text` as NFC without control characters, with one space or one empty line for any run of them."""
    if text.isprintable() and "  " not in text:  # one line, in which the only white space is the blank
        return _composed(text.strip(" "))
    text = text.replace("\xa0", " ").replace("\t", " ")
    blocks = [block for piece in text.split("\n\n") if (block := piece.strip("\n "))]
    words = "".join(blocks)
    if "\n" in words:
        blocks = [_strip_lines(block) if "\n" in block else block for block in blocks]
        words = "".join(blocks).replace("\n", "")
    if not words.isprintable():
        lines = "\n".join([" ".join(line.split()) for line in _CONTROL.sub("", text).split("\n")])
        return _composed(_EMPTY_LINES.sub("\n\n", lines).strip("\n"))
    if "  " in words:
        blocks = [_BLANKS.sub(" ", block) if "  " in block else block for block in blocks]
    return _composed("\n\n".join(blocks))


def _strip_lines(block: str) -> str:
    lines = "\n".join([line.strip(" ") for line in block.split("\n")])
    return _EMPTY_LINES.sub("\n\n", lines) if "\n\n\n" in lines else lines


class _Blocks:
    """Collects words and breaks; a new block begins where the depth of quotation changes."""

    def __init__(self, line_breaks: bool) -> None:
        self._finished: list[tuple[int, str]] = []
        self._words: list[str] = []
        self._depth = 0
        self._hidden = ""
        self._hidden_depth = 0
        self._keep_breaks = line_breaks
        self._pre = 0
        self._after_break = False

    def add_words(self, words: str) -> None:
        if self._hidden:
            return
        if "&" in words:
            words = unescape(words)
        if "\n" in words or "\r" in words:
            words = words.replace("\r\n", "\n").replace("\r", "\n")
            if not (self._keep_breaks or self._pre):
                words = words.replace("\n", " ")
            elif self._after_break:
                # "<br />" and the newline behind it are one break
                words = words.removeprefix("\n")
        self._after_break = False
        self._words.append(words)

    def add_tag(self, name: str, attributes: str) -> None:
        closing = name.startswith("/")
        action = _ACTIONS.get(name.lstrip("/"))
        if action is None:
            return
        if self._hidden or action == _HIDDEN:
            self._hide(name.lstrip("/"), closing, attributes)
        elif action == _PARAGRAPH:
            self._words.append("\n\n")
        elif action == _LINE:
            if not closing:  # what follows the item brings its own break
                self._words.append("\n")
                self._after_break = True
        elif action == _SPACE:
            self._words.append(" ")
        elif action == _QUOTE:
            self._finish_block()
            self._depth = max(0, self._depth + (-1 if closing else 1))
        elif action == _IMAGE:
            self._words.append(_smiley(attributes))
        else:
            self._words.append("\n\n")
            self._pre = max(0, self._pre + (-1 if closing else 1))

    def joined(self) -> str:
        self._finish_block()
        return "\n\n".join(_quoted(text, depth) for depth, text in self._finished)

    def _hide(self, name: str, closing: bool, attributes: str) -> None:
        if not self._hidden:
            if not closing and not attributes.rstrip().endswith("/"):
                self._hidden, self._hidden_depth = name, 1
        elif name == self._hidden:
            self._hidden_depth += -1 if closing else 1
            if self._hidden_depth == 0:
                self._hidden = ""

    def _finish_block(self) -> None:
        text = tidy_text("".join(self._words))
        if text:
            self._finished.append((self._depth, text))
        self._words.clear()


def _quoted(text: str, depth: int) -> str:
    if depth == 0:
        return text
    # deeper than any conversation: the mark would outgrow the words
    mark = "> " * min(depth, 10)
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


def _smiley(attributes: str) -> str:
    found = _ALT.search(attributes)
    if found is None:
        return ""
    alt = unescape(found[1] or found[2] or found[3] or "")
    if _SMILEY_CLASS.search(attributes) or not any(character.isalnum() for character in alt):
        return alt if len(alt) <= _LONGEST_EMOJI else ""
    return ""
