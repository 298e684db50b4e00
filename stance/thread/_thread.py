"""Comments and threads: what a reader makes of a page, and the repair of a broken reply tree."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

# what a comment has, as the columns of a table: the words of `columns`, for unlabelled comments and for examples alike
COMMENT_COLUMNS = ("text", "author", "thread_id", "comment_id", "parent_id", "published")


@dataclass(frozen=True, slots=True)
class Comment:
    """One entry of a thread.

    `comment_id` is the site's own id, or `text-` and a fingerprint where the page shows none.
    `parent_id` is None for an answer to the post. `author` is the name as shown, None where none is.
    `published` is ISO 8601 to the precision shown ("2016-09-20T15:30"), with an offset only where the
    zone is known, None where the page shows no full date. `text` is NFC, a blank line between paragraphs.
    `span` is the (start, end) of the entry's own text in the decoded page, None where markup lies between.
    """

    comment_id: str
    parent_id: str | None
    author: str | None
    published: str | None
    text: str
    kind: Literal["comment", "ping"] = "comment"
    span: tuple[int, int] | None = None

    def answering(self, parent_id: str | None) -> "Comment":
        """Return the same comment as an answer to another, or to the post (None), as there may be millions."""
        return Comment(self.comment_id, parent_id, self.author, self.published, self.text, self.kind, self.span)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about a page that is no error: a `name` in snake_case and a sentence."""

    name: str
    message: str
    comment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The post of one page and the comments under it, in the order of the page.

    `declared` is the number of comments that the page says it has, None where it says none.
    `text` is the post's own text, "" where the format does not carry it.
    `format` is the reader's name ("text_dump", "html", "wxr" and so on).
    """

    thread_id: str
    title: str | None
    text: str
    comments: tuple[Comment, ...]
    declared: int | None = None
    findings: tuple[Finding, ...] = ()
    format: str = ""
    url: str | None = None


def repair_replies(comments: Iterable[Comment]) -> tuple[tuple[Comment, ...], tuple[Finding, ...]]:
    """Return the comments with unique ids and a reply tree without orphans, self-replies or circles.

    Each repair is a finding. An id used twice: the later entry becomes `<id>~2`, and replies mean the first.
    A reply to an unknown entry or to itself: its parent becomes None. A circle of replies: the entry of it
    that stands first on the page answers the post. Takes time linear in the number of comments.
    """
    comments = tuple(comments)
    if _is_in_order(comments):
        return comments, ()
    entries, findings = _unique_ids(comments)
    parents = {entry.comment_id: entry.parent_id for entry in entries}
    for comment_id, parent in parents.items():
        if parent is None or (parent != comment_id and parent in parents):
            continue
        parents[comment_id] = None
        if parent == comment_id:
            findings.append(_repaired("self_reply", comment_id, "answers itself"))
        else:
            findings.append(_repaired("orphan_reply", comment_id, f"answers {parent!r}, which is not in the thread"))
    for comment_id in _first_of_each_circle(parents):
        parents[comment_id] = None
        findings.append(_repaired("reply_circle", comment_id, "stands first in a circle of replies"))
    repaired = tuple(
        entry if entry.parent_id == parents[entry.comment_id] else entry.answering(parents[entry.comment_id])
        for entry in entries
    )
    return repaired, tuple(findings)


def _is_in_order(comments: Sequence[Comment]) -> bool:
    """Tell whether ids are unique and each comment stands behind the one that it answers, so that nothing is wrong."""
    seen = set()
    for comment in comments:
        parent = comment.parent_id
        if comment.comment_id in seen or (parent is not None and parent not in seen):
            return False
        seen.add(comment.comment_id)
    return True


def _repaired(name: str, comment_id: str, what: str) -> Finding:
    return Finding(name, f"comment {comment_id!r} {what}; it is taken as an answer to the post", comment_id)


def _unique_ids(comments: Sequence[Comment]) -> tuple[list[Comment], list[Finding]]:
    counts = Counter(comment.comment_id for comment in comments)
    if len(counts) == len(comments):
        return list(comments), []
    seen: Counter[str] = Counter()
    taken = set(counts)
    entries, findings = [], []
    for comment in comments:
        first_id = comment.comment_id
        seen[first_id] += 1
        if seen[first_id] > 1:
            new_id = f"{first_id}~{seen[first_id]}"
            while new_id in taken:
                new_id += "~"
            taken.add(new_id)
            message = f"id {first_id!r} is used again; this entry is now {new_id!r}"
            findings.append(Finding("doubled_id", message, new_id))
            comment = replace(comment, comment_id=new_id)
        entries.append(comment)
    return entries, findings


def _first_of_each_circle(parents: dict[str, str | None]) -> list[str]:
    """Return, for each circle in a map of ids to parents, its member that stands first in the map."""
    position = {comment_id: place for place, comment_id in enumerate(parents)}
    done: set[str] = set()
    firsts = []
    for start in parents:
        path: dict[str, None] = {}
        current: str | None = start
        while current is not None and current not in done and current not in path:
            path[current] = None
            current = parents[current]
        if current is not None and current in path:
            walked = list(path)
            firsts.append(min(walked[walked.index(current) :], key=position.__getitem__))
        done.update(path)
    return firsts
