"""Comments in XML of any other root: elements and attributes are fields of records, which are known by their shape."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from stance.errors import ReadError
from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.threads import make_threads
from stance.pages.exports._records.walking import Walker
from stance.pages.exports._xml.window import local_name, root_name
from stance.thread import Thread

# what begins with one of these is HTML, whole or a piece of it
_HTML = {
    *("html", "head", "body", "title", "meta", "link", "script", "style", "div", "span", "p", "a", "b", "i", "u", "em"),
    *("strong", "table", "tbody", "tr", "td", "th", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "br", "img", "form", "input", "button", "select", "option", "textarea", "label", "section", "nav"),
    *(
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "figure",
        "blockquote",
        "pre",
        "code",
        "iframe",
        "center",
        "font",
    ),
    *("svg", "template", "details", "summary", "abbr", "small", "big", "time", "noscript", "frameset", "frame", "base"),
    *("center", "object"),
    *(
        "embed",
        "video",
        "audio",
        "canvas",
        "dialog",
        "fieldset",
        "address",
        "cite",
        "q",
        "sub",
        "sup",
        "mark",
        "object",
    ),
}
_DEEPEST = 100
# declared as XML, or a root with an element right within it: what else begins with a sign may be anybody's words
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml\s|<[\w:.]+(?:\s[^<>]*)?>\s*<[\w:.]+[\s/>])")
_OTHER = re.compile(r"rss|feed|disqus|opml|urlset|rdf|channel", re.IGNORECASE)


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is XML whose root is no element of HTML, nor has HTML within."""
    root = root_name(head)
    flat = head.replace(b"\0", b"")
    if not root or "-" in root or local_name(root).lower() in _HTML or b"<html" in flat.lower():
        return False
    return _DECLARED.match(flat) is not None or _OTHER.fullmatch(local_name(root)) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a document. Raises ReadError where no element has a text and an author or a time."""
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]

    data = stream.read()
    root = root_name(data[: 1 << 16])
    if b"<!ENTITY" in data[: 1 << 20].replace(b"\0", b""):
        raise ReadError(
            f"{source}: expected an export, found a document type that declares entities. They are refused, since they "
            "can grow without bound or name other files. Remove the <!DOCTYPE ...> part."
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_pis=True)
    try:
        tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{source}: expected XML, found what is none: {error}") from error
    gatherer = Gatherer("xml")
    if tree is not None:
        try:
            value = _value(tree, 0)
        except UnicodeDecodeError as error:  # lxml lets a reference to half a sign in, and then cannot give it out
            raise ReadError(
                f"{source}: expected characters, found a reference to half of one, such as &#xD800;. Take it out."
            ) from error
        Walker(gatherer).walk({local_name(root): value})
    if not gatherer.threads_so_far:
        raise ReadError(
            f"{source}: expected an export of WordPress (WXR), Disqus or Blogger, a feed of comments, or elements with "
            f"a text, an author and a time, found XML whose root is <{root}>. Export the comments, or save the page."
        )
    gatherer.format = "xml"
    yield from make_threads(gatherer, source, url)


def _columns(parts: list[Any]) -> dict[Any, str]:
    """Return the names of parts that are all called alike and named by an attribute, as the columns of a database."""
    names = [part.get("name") for part in parts]
    alike = len({part.tag for part in parts}) == 1 and len(set(names)) == len(names) > 1
    return dict(zip(parts, names, strict=True)) if alike and all(names) else {}


def _value(element: Any, depth: int, of_column: bool = False) -> Any:
    """Return an element as JSON would have it: a text, or its attributes and parts by name."""
    parts = [part for part in element if isinstance(part.tag, str)]
    if depth > _DEEPEST:
        return None
    # a database's tables are named, those of a page are not
    if parts and all(_name(part).lower() in _HTML and not part.get("name") for part in parts):
        return _inner_markup(element)
    text = (element.text or "").strip()
    if not parts and (text or of_column):
        return text
    found: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    columns = _columns(parts)
    for part in parts:
        name, value = columns.get(part) or _name(part), _value(part, depth + 1, of_column=part in columns)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found or None


def _name(part: Any) -> str:
    return str(part.tag).rpartition("}")[2]


def _inner_markup(element: Any) -> str:
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]

    return (element.text or "") + "".join(etree.tostring(part, encoding="unicode") for part in element)
