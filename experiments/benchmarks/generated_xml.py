"""Exports in XML, and Movable Type's, whose truth is known, written as `generated_exports` writes those in JSON."""

from collections.abc import Callable
from email.utils import format_datetime
from xml.sax.saxutils import escape

from benchmarks.invented_threads import ZONE, Invented, Sample, zulu

_NEVER = "0000-00-00 00:00:00"
_WXR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version>\n'
)


def _wxr(thread: Invented) -> Sample:
    parts = [f"{_WXR}<item><title>{escape(thread.title)}</title><link>https://example.org/7</link>"]
    parts.append("<wp:post_id>7</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>")
    for draft in thread.drafts:
        words = f"<![CDATA[{escape(draft.plain)}]]>"
        there = f"{draft.when.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
        approved = thread.pick.choice(("spam", "0", "trash")) if draft.gone else "1"
        fields = [
            draft.known(f"<wp:comment_id>{draft.number}</wp:comment_id>") or "",
            f"<wp:comment_author><![CDATA[{draft.entry.author}]]></wp:comment_author>",
            f"<wp:comment_date>{draft.dated(there) or _NEVER}</wp:comment_date>",
            f"<wp:comment_date_gmt>{draft.dated(f'{draft.when:%Y-%m-%d %H:%M:%S}') or _NEVER}</wp:comment_date_gmt>",
            f"<wp:comment_content>{words}</wp:comment_content>",
            f"<wp:comment_approved>{approved}</wp:comment_approved>",
            f"<wp:comment_parent>{draft.parent or 0}</wp:comment_parent>",
            "<wp:commentmeta><wp:meta_key>a</wp:meta_key><wp:meta_value>b</wp:meta_value></wp:commentmeta>",
        ]
        thread.pick.shuffle(fields)
        parts.append(f"<wp:comment>{''.join(fields)}</wp:comment>\n")
    return Sample("export.xml", "".join([*parts, "</item></channel></rss>"]).encode(), thread.truth())


def _disqus(thread: Invented) -> Sample:
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals">'
        f'<thread dsq:id="9"><id/><forum>f</forum><link>https://example.org/7</link><title>{escape(thread.title)}</title>'
        "<createdAt>2005-01-01T00:00:00Z</createdAt><isDeleted>false</isDeleted></thread>"
    ]
    for draft in thread.drafts:
        above = "" if draft.parent is None else f'<parent dsq:id="{draft.parent}"/>'
        fields = [
            "<id>wp_id=1</id>",
            f"<message><![CDATA[{draft.marked}]]></message>",
            f"<createdAt>{zulu(draft.when)}</createdAt>",
            f"<isDeleted>{'true' if draft.gone else 'false'}</isDeleted><isSpam>false</isSpam>",
            f"<author><name>{escape(draft.entry.author)}</name><isAnonymous>true</isAnonymous></author>",
            '<thread dsq:id="9"/>',
            above,
        ]
        thread.pick.shuffle(fields)
        parts.append(f'<post dsq:id="{draft.number}">{"".join(fields)}</post>\n')
    return Sample("disqus.xml", "".join([*parts, "</disqus>"]).encode(), thread.truth())


def _blogger(thread: Invented) -> Sample:
    base = "tag:blogger.com,1999:blog-1.post-"
    kind = '<category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#{}"/>'
    parts = [
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:thr='http://purl.org/syndication/thread/1.0'><id>tag:blogger.com,1999:blog-1.archive</id>"
        f"<entry><id>{base}7</id><published>2005-01-01T00:00:00.000Z</published>{kind.format('post')}"
        f"<title type='text'>{escape(thread.title)}</title><content type='html'>A.</content>"
        "<author><name>reader-1</name></author><link rel='alternate' href='https://example.org/7'/></entry>"
    ]
    for draft in thread.drafts:
        if draft.gone:
            continue
        own = f"https://www.blogger.com/feeds/1/7/comments/default/{900 + draft.number}"
        related = f"https://www.blogger.com/feeds/1/7/comments/default/{900 + (draft.parent or 0)}"
        fields = [
            f"<id>{base}{900 + draft.number}</id>",
            f"<published>{draft.when.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}.001+02:00</published>",
            f"<updated>{zulu(draft.when)}</updated>",
            kind.format("comment"),
            f"<title type='text'>{escape(draft.plain[:30])}...</title>",
            f"<content type='html'>{escape(draft.marked)}</content>",
            f"<author><name>{escape(draft.entry.author)}</name></author>",
            f"<thr:in-reply-to href='https://example.org/7' ref='{base}7' source='x' type='text/html'/>",
            f"<link rel='self' type='application/atom+xml' href='{own}'/>",
            "" if draft.parent is None else f"<link rel='related' type='application/atom+xml' href='{related}'/>",
        ]
        thread.pick.shuffle(fields)
        parts.append(f"<entry>{''.join(fields)}</entry>\n")
    return Sample("blog.xml", "".join([*parts, "</feed>"]).encode(), thread.truth())


def _rss(thread: Invented) -> Sample:
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<channel><title>Comments on: {escape(thread.title)}</title><link>https://example.org/7/</link>"
    ]
    for draft in [draft for draft in thread.drafts if not draft.gone][::-1]:
        link = "https://example.org/7/#comment-{}".format
        above = "" if draft.parent is None else f'<thr:in-reply-to ref="{link(draft.parent)}"/>'
        fields = [
            f"<title>By: {escape(draft.entry.author)}</title><link>{link(draft.number)}</link>",
            f"<dc:creator><![CDATA[{draft.entry.author}]]></dc:creator>",
            draft.dated(f"<pubDate>{format_datetime(draft.when)}</pubDate>") or "",
            draft.known(f'<guid isPermaLink="false">{link(draft.number)}</guid>') or "",
            f"<description>{escape(draft.plain)}</description>",
            f"<content:encoded><![CDATA[{draft.marked}]]></content:encoded>{above}",
        ]
        thread.pick.shuffle(fields)
        parts.append(f"<item>{''.join(fields)}</item>\n")
    return Sample("feed.xml", "".join([*parts, "</channel></rss>"]).encode(), thread.truth())


def _movable_type(thread: Invented) -> Sample:
    parts = [f"AUTHOR: reader-1\nTITLE: {thread.title}\nDATE: 01/01/2005 00:00:00\n-----\nBODY:\nA.\n-----\n"]
    truth = []
    for draft, entry in zip([draft for draft in thread.drafts if not draft.gone], thread.truth(), strict=True):
        email = "EMAIL: reader@example.org\n" if thread.pick.random() < 0.5 else ""
        parts.append(f"COMMENT:\nAUTHOR: {draft.entry.author}\n{email}IP: 192.0.2.1\nURL: \n")
        parts.append(draft.dated(f"DATE: {draft.when:%m/%d/%Y %I:%M:%S %p}\n") or "")
        parts.append(f"{escape(draft.plain)}\n-----\n")
        published = entry.published.removesuffix("+00:00") if entry.published else None
        truth.append(type(entry)(entry.author, published, entry.text, None))
    return Sample("export.txt", "".join([*parts, "--------\n"]).encode(), truth)


XML_FORMATS: dict[str, tuple[int, Callable[[Invented], Sample]]] = {
    "wxr": (8, _wxr),
    "disqus, XML": (8, _disqus),
    "blogger": (8, _blogger),
    "feeds": (8, _rss),
    "movable_type": (1, _movable_type),
}
