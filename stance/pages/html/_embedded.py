"""Comments that a page carries as data for its scripts, which show them once they run: JSON in `script` elements."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from stance.thread import Comment, Finding

# what data is assigned to where a script does more than hold it: window.__STATE__ = {…}
_ASSIGNED = re.compile(r"\b[\w$.]{1,80}\s*=\s*(?=\{\s*\")")
_COMMENTS = re.compile(r"comment|repl(?:y|ies)|answer|discussion|response", re.IGNORECASE)
# one record by itself may be anything that has an author and a date
_FEWEST = 2


def read_embedded(parser: LexborHTMLParser, source: str) -> tuple[tuple[Comment, ...], list[Finding]]:
    """Return the comments in a page's data, and a finding that says so; none where there are fewer than two.

    Only what stands under a name that speaks of comments is looked at: data of pages hold articles and people too.
    """
    from stance.pages.exports._records.gathering import Gatherer
    from stance.pages.exports._records.threads import make_threads
    from stance.pages.exports._records.walking import Walker

    gatherer = Gatherer("html")
    walker = Walker(gatherer)
    for script in parser.css("script"):
        for value in _values(script.attributes.get("type") or "", script.text(deep=True)):
            for inside in _called_comments(value):
                walker.walk(inside)
    if not gatherer.threads_so_far:
        return (), []
    thread = max(make_threads(gatherer, source, None), key=lambda thread: len(thread.comments))
    if len(thread.comments) < _FEWEST:
        return (), []
    message = f"{len(thread.comments)} comments are read from data for the page's scripts, not from what it shows"
    return thread.comments, [Finding("read_from_data", message), *thread.findings]


def _values(kind: str, script: str) -> Iterator[Any]:
    if "json" in kind.lower():
        try:
            yield orjson.loads(script)
        except ValueError:
            return
    elif found := _ASSIGNED.search(script):
        try:
            yield json.JSONDecoder().raw_decode(script, found.end())[0]
        except (ValueError, RecursionError):
            return


def _called_comments(value: Any) -> Iterator[Any]:
    """Yield what stands under a name that speaks of comments, the outermost of such names."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            for key, inside in reversed(value.items()):
                if isinstance(inside, list | dict):
                    if _COMMENTS.search(key):
                        yield inside
                    else:
                        stack.append(inside)
