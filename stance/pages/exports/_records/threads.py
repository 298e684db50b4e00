"""From gathered comments to threads: what stands there twice or is left out is counted, and replies are repaired."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from stance.pages.exports._records.gathering import Gatherer, LeftOut
from stance.pages.exports._records.sources import Post
from stance.pages.identity import make_thread_id
from stance.thread import Comment, Finding, Thread, repair_replies


def make_threads(
    gatherer: Gatherer, source: str, url: str | None, findings: Sequence[Finding] = ()
) -> Iterator[Thread]:
    """Yield the threads by first appearance, the first of them with `findings` about the file.

    `url` stands in for an address that the file does not say where it holds one thread.
    """
    only = gatherer.threads_so_far == 1
    taken: set[int] = set()
    if gatherer.by_ends:
        said = f"read by what their names end with: {', '.join(gatherer.by_ends)}; look whether these are comments"
        findings = (*findings, Finding("fields_guessed", said))
    for key, entries, left_out, post in gatherer.threads():
        once = _each_once(entries)
        found = [*findings, *_count_repeated(len(entries) - len(once)), *_left_out_findings(left_out)]
        findings = ()
        shown = _in_order_of_time(once) if gatherer.in_order_of_time else once
        if gatherer.author_is_id and gatherer.people:
            names = gatherer.people
            shown = [replace(entry, author=names.get(entry.author or "", entry.author)) for entry in shown]
        comments, repairs = repair_replies(_answering(shown, key, gatherer.parent_may_be_post))
        counted = len(comments) + sum(gone.count for gone in left_out if gone.why != "missing")
        if post.declared is not None and not len(comments) <= post.declared <= counted:
            found.append(Finding("declared_count_differs", f"declares {post.declared}, found {len(comments)}"))
        link = post.url or (url if only else None)
        yield Thread(
            thread_id=_thread_id(key, post, link if gatherer.named_by_address else None, source, url, taken),
            title=post.title or None,
            text=post.text,
            comments=comments,
            declared=post.declared,
            findings=(*found, *repairs),
            format=gatherer.format,
            url=link,
        )


def _each_once(entries: list[Comment]) -> list[Comment]:
    if len({entry.comment_id for entry in entries}) == len(entries):
        return entries
    return list({(entry.comment_id, entry.published, entry.text): entry for entry in entries}.values())


def _thread_id(key: str, post: Post, address: str | None, source: str, url: str | None, taken: set[int]) -> str:
    is_address = key.startswith(("http://", "https://"))
    if is_address or address or not key:
        thread_id = make_thread_id(key if is_address else address or post.url or url, post.title or None, source)
    else:
        thread_id = make_thread_id(None, key, source) if any(map(str.isspace, key)) else key
    # a set of hashes: a million ids would not be flat in memory
    if hash(thread_id) in taken:
        thread_id = f"{thread_id}~{key}"
    taken.add(hash(thread_id))
    return thread_id


def _count_repeated(count: int) -> Iterator[Finding]:
    if count:
        yield Finding("repeated_entries", f"left out: {count} that stand in the file alike")


def _left_out_findings(left_out: Sequence[LeftOut]) -> Iterator[Finding]:
    for why in sorted({found.why for found in left_out}):
        of_kind = [found for found in left_out if found.why == why]
        count = sum(found.count for found in of_kind)
        if why == "missing":
            yield Finding("missing_entries", f"the file names {count} more comments that are not in it; fetch them")
        else:
            where = f", the first at {of_kind[0].where}" if of_kind[0].where else ""
            yield Finding(f"{why}_entries", f"left out: {count} {why}{where}")


def _answering(comments: list[Comment], key: str, parent_may_be_post: bool) -> list[Comment]:
    """Return comments of which those that answer the post have no parent.

    The post is known by the key of the thread or, where the source names posts and comments alike, by being the only
    thing outside that anybody answers while no comment answers nothing.
    """
    answered = {comment.parent_id for comment in comments}
    if not parent_may_be_post and key not in answered:
        return comments
    ids = {comment.comment_id for comment in comments}
    outside = answered - ids
    posts = {key} if key else set()
    if parent_may_be_post and None not in outside and len(outside) == 1:
        posts = outside  # type: ignore[assignment]
    posts -= ids
    if not outside & posts:
        return comments
    return [comment.answering(None) if comment.parent_id in posts else comment for comment in comments]


def _in_order_of_time(comments: list[Comment]) -> list[Comment]:
    """Return comments by time, then id: interfaces give the newest first, in pages fetched in any order."""
    if not all(comment.published for comment in comments):
        return comments
    return sorted(comments, key=lambda comment: (_instant(comment.published or ""), comment.comment_id.zfill(20)))


def _instant(published: str) -> datetime:
    time = datetime.fromisoformat(published)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
