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
_EMPTY_LINES = re.compile(r"\n{3,}")
_MARK = re.compile(r"[<&]")
_LONGEST_EMOJI = 12
# what most comments are made of, quick to take out: tags that do not break (</li>, as the next item does), and
# tags that do. None of them hides anything, and their attributes are quoted as the HTML serializer writes them
_QUOTED_ATTRIBUTES = r"(?:\s[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+)*+)?>"
_INLINE = re.compile(
    r"(?:</li>|</?(?:a|b|i|u|s|em|strong|span|code|sup|sub|small|big|del|ins|q|cite|abbr|tt|font|strike)"
    + _QUOTED_ATTRIBUTES
    + ")"
)
_BLOCK = re.compile(r"</?(?:p|div|ul|ol|section|article|h[1-6])" + _QUOTED_ATTRIBUTES)
_QUOTE_TAG = re.compile(r"<(/?)blockquote" + _QUOTED_ATTRIBUTES)
_ITEM = re.compile(r"<(?:li|br)" + _QUOTED_ATTRIBUTES)

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


def html_to_text(fragment: str, *, line_breaks: bool = False) -> str:
    r"""Return the words of an HTML fragment as NFC text, a blank line between paragraphs.

    Line breaks and list items start a new line, quoted blocks have "> " before each line, links keep their words,
    pictures go except smilies, whose alternative text stays. Scripts, styles and buttons are dropped.
    `line_breaks`: newlines in the fragment are breaks too, as in comments stored before a site renders them.
    Takes time linear in the length of the fragment, whatever is in it.

    >>> html_to_text("<p>Fish &amp;<br>chips</p><blockquote>Rice</blockquote>")
    'Fish &\nchips\n\n> Rice'
    """
    if _MARK.search(fragment) is None:
        return _plain_text(fragment, line_breaks)
    if not line_breaks:
        words = _simple_breaks(fragment)
        if "<" in words:
            words = _ITEM.sub("\n", _BLOCK.sub("\n\n", _INLINE.sub("", words)))
        if "\r" not in words and "<" not in words:
            return _tidy(_unescaped(words))
        if "\r" not in words and "<" not in _QUOTE_TAG.sub("", words):
            return _with_quotations(words)
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


def _simple_breaks(fragment: str) -> str:
    """Put line breaks for the tags that most comments have no others of, two for a paragraph, one for a <br>."""
    words = fragment.replace("\n", " ").replace("</p> <p>", "\n\n").replace("<br> ", "\n")
    return words.replace("<p>", "\n\n").replace("</p>", "\n\n").replace("<br>", "\n")


def _with_quotations(words: str) -> str:
    """Return words that have no tags left but those of quoted blocks as text."""
    blocks, depth = [], 0
    for place, part in enumerate(_QUOTE_TAG.split(words)):
        if place % 2:
            depth = max(0, depth + (-1 if part else 1))
        elif text := _tidy(_unescaped(part)):
            blocks.append(_quoted(text, depth))
    return "\n\n".join(blocks)


def _unescaped(words: str) -> str:
    """Decode entities; none of them is a line break."""
    if "&" not in words:
        return words
    if "&#" not in words and "&NewLine" not in words:
        return unescape(words)
    return "\n".join(unescape(line).replace("\n", " ").replace("\r", " ") for line in words.split("\n"))


def _plain_text(text: str, line_breaks: bool) -> str:
    return _tidy(text.replace("\r\n", "\n") if line_breaks else text.replace("\n", " "))


def _tidy(text: str) -> str:
    """Fold the white space in each line and runs of empty lines to one; drop control characters; compose to NFC."""
    if "  " in text or not text.replace("\n", "").isprintable():
        text = "\n".join([" ".join(line.split()) for line in _CONTROL.sub("", text).split("\n")])
    elif "\n " in text or " \n" in text:
        text = text.replace("\n ", "\n").replace(" \n", "\n")
    text = text.strip("\n ")
    return _composed(_EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text)


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
        text = _tidy("".join(self._words))
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
