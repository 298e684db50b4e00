"""Prefixes of an XML export as its own program writes them, whatever another program has made of them since."""

import re
from collections.abc import Iterator

_MOST_PROLOG = 1 << 20
_LONGEST_TAG_START = 80
_ROOT = re.compile(rb"<[A-Za-z_][^<>]*>")
_DECLARED = re.compile(rb"""\sxmlns:([A-Za-z_][A-Za-z0-9_.-]{0,40})\s{0,9}=\s{0,9}["']([^"'<>]{1,200})["']""")
_USUAL = (
    (re.compile(rb"https?://www\.w3\.org/2005/Atom"), b""),
    (re.compile(rb"https?://disqus\.com/?"), b""),
    (re.compile(rb"https?://(?:backend\.userland\.com/rss2|purl\.org/rss/1\.0)/?"), b""),
    (re.compile(rb"https?://wordpress\.org/export/[\d.]+/?"), b"wp:"),
    (re.compile(rb"https?://wordpress\.org/export/[\d.]+/excerpt/?"), b"excerpt:"),
    (re.compile(rb"https?://purl\.org/rss/1\.0/modules/content/?"), b"content:"),
    (re.compile(rb"https?://purl\.org/dc/elements/1\.1/?"), b"dc:"),
    (re.compile(rb"https?://purl\.org/syndication/thread/1\.0"), b"thr:"),
    (re.compile(rb"https?://schemas\.google\.com/g/2005"), b"gd:"),
    (re.compile(rb"https?://schemas\.google\.com/blogger/2018"), b"blogger:"),
    (re.compile(rb"https?://www\.w3\.org/2007/app|https?://purl\.org/atom/app#"), b"app:"),
)


def usual_prefixes(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield an XML document with the usual prefix for each namespace that its root declares under another.

    `ns0:entry` becomes `entry` where `ns0` is Atom's. What the root does not declare stays as it is.
    """
    head = b""
    root = None
    while root is None and len(head) < _MOST_PROLOG and (chunk := next(chunks, b"")):
        head += chunk
        root = _root_tag(head)
    changed = _changed_prefixes(root or b"")
    if not changed:
        yield head
        yield from chunks
        return
    tag = re.compile(rb"<(/?)(%b):" % b"|".join(map(re.escape, sorted(changed))))
    rest = head
    while True:
        chunk = next(chunks, b"")
        # the start of a tag may go on in the next chunk
        cut = rest.rfind(b"<", -_LONGEST_TAG_START) if chunk else -1
        now, rest = (rest[:cut], rest[cut:]) if cut >= 0 else (rest, b"")
        if now:
            yield tag.sub(lambda found: b"<" + found[1] + changed[found[2]], now)
        if not chunk:
            return
        rest += chunk


def _root_tag(head: bytes) -> bytes | None:
    place = 0
    while found := _ROOT.search(head, place):
        if head.rfind(b"<!--", 0, found.start()) <= head.rfind(b"-->", 0, found.start()):
            return found[0]
        place = found.end()
    return None


def _changed_prefixes(root: bytes) -> dict[bytes, bytes]:
    changed = {}
    for prefix, address in _DECLARED.findall(root):
        usual = next((name for pattern, name in _USUAL if pattern.fullmatch(address)), None)
        if usual is not None and usual != prefix + b":":
            changed[prefix] = usual
    return changed
