"""Laws of the export readers: what is written as an export is read back as it was, for each of the four formats."""

import io
import json
from datetime import datetime
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from stance.pages.exports import blogger, disqus, records, wxr
from stance.pages.markup import clean_text
from stance.thread import Comment, Thread

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"])
WORD = st.text(LETTERS, min_size=1, max_size=8).map(clean_text).filter(lambda word: word.split() == [word])
LINE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
TEXT = st.lists(st.lists(LINE, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=3).map("\n\n".join)
SECOND = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda time: time.replace(microsecond=0))
ZONES = ["+00:00", "+02:00", "-07:00", "+05:45"]


@st.composite
def threads(draw, format_name, kinds=("comment",), zones=ZONES, titled=True):
    count = draw(st.integers(1, 6))
    comments = []
    for number in range(1, count + 1):
        parent = draw(st.none() | st.integers(1, number - 1)) if number > 1 else None
        comments.append(
            Comment(
                comment_id=str(number),
                parent_id=None if parent is None else str(parent),
                author=draw(st.none() | LINE),
                published=draw(st.none() | st.builds(lambda t, z: t.isoformat() + z, SECOND, st.sampled_from(zones))),
                text=draw(TEXT),
                kind=draw(st.sampled_from(kinds)),
            )
        )
    link = draw(st.sampled_from(["https://example.org/a/", "http://example.org/?p=3&q=4"]))
    address = link.partition("://")[2].rstrip("/")
    title, text = (draw(LINE), draw(TEXT)) if titled else (None, "")
    return Thread(address, title, text, tuple(comments), format=format_name, url=link)


def paragraphs(text):
    blocks = (f"<p>{escape(block).replace(chr(10), '<br />')}</p>" for block in text.split("\n\n"))
    return "".join(blocks)


def cdata(text):
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def field(name, value):
    return f"<{name}>{value}</{name}>"


def two_clocks(published):
    if published is None:
        return "0000-00-00 00:00:00", "0000-00-00 00:00:00"
    time = datetime.fromisoformat(published)
    return time.strftime("%Y-%m-%d %H:%M:%S"), (time - time.utcoffset()).strftime("%Y-%m-%d %H:%M:%S")


def as_wxr(thread):
    comments = []
    for comment in thread.comments:
        local, gmt = two_clocks(comment.published)
        fields = {
            "id": comment.comment_id,
            "author": cdata(escape(comment.author or "")),
            "date": local,
            "date_gmt": gmt,
            "content": cdata(escape(comment.text)),
            "approved": "1",
            "type": "pingback" if comment.kind == "ping" else "",
            "parent": comment.parent_id or "0",
        }
        comments.append(field("wp:comment", "".join(field(f"wp:comment_{k}", v) for k, v in fields.items())))
    post = field("title", cdata(escape(thread.title))) + field("link", escape(thread.url))
    post += field("content:encoded", cdata(escape(thread.text))) + field("wp:post_id", "3")
    return f"<rss xmlns:wp='http://wordpress.org/export/1.2/'>{field('item', post + ''.join(comments))}</rss>".encode()


def as_disqus(thread):
    posts = [
        f"<post dsq:id='{c.comment_id}'>{field('message', cdata(paragraphs(c.text)))}"
        f"{field('createdAt', (c.published or '').replace('+00:00', 'Z'))}<isDeleted>false</isDeleted>"
        f"{field('author', field('name', escape(escape(c.author or ''))))}<thread dsq:id='5'/>"
        + (f"<parent dsq:id='{c.parent_id}'/>" if c.parent_id else "")
        + "</post>"
        for c in thread.comments
    ]
    about = field("link", escape(thread.url)) + field("title", escape(escape(thread.title)))
    about += field("message", cdata(paragraphs(thread.text)))
    return f"<disqus xmlns:dsq='urn:x'><thread dsq:id='5'>{about}</thread>{''.join(posts)}</disqus>".encode()


def as_blogger(thread):
    kind = "<category term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    post_id = "tag:blogger.com,1999:blog-9.post-77"
    post = (
        field("id", post_id)
        + kind.format("post")
        + field("title", escape(escape(thread.title)))
        + f"<content type='html'>{escape(paragraphs(thread.text))}</content>"
        + f"<link rel='alternate' href='{escape(thread.url)}'/>"
    )
    comments = [
        field("id", f"tag:blogger.com,1999:blog-9.post-{c.comment_id}")
        + field("published", c.published or "")
        + kind.format("comment")
        + f"<content type='html'>{escape(paragraphs(c.text))}</content>"
        + (
            f"<link rel='related' href='http://x/feeds/9/77/comments/default/{c.parent_id}?v=2'/>"
            if c.parent_id
            else ""
        )
        + field("author", field("name", escape(escape(c.author or ""))))
        + f"<thr:in-reply-to ref='{post_id}'/>"
        for c in thread.comments
    ]
    return ("<feed>" + "".join(field("entry", entry) for entry in [post, *comments]) + "</feed>").encode()


def as_rest(thread):
    entries = []
    for comment in thread.comments:
        local, gmt = two_clocks(comment.published)
        entries.append(
            {
                "id": int(comment.comment_id),
                "post": 3,
                "parent": int(comment.parent_id or 0),
                "author_name": escape(comment.author or ""),
                "date": local.replace(" ", "T"),
                "date_gmt": gmt.replace(" ", "T"),
                "content": {"rendered": paragraphs(comment.text)},
                "link": f"{thread.url}#comment-{comment.comment_id}",
                "type": "pingback" if comment.kind == "ping" else "comment",
            }
        )
    return json.dumps(entries[::-1]).encode()


def read_back(module, data):
    assert module.matches(data)
    return list(module.parse(io.BytesIO(data), "export"))


@settings(max_examples=50)
@given(threads("wxr", kinds=("comment", "ping")))
def test_wordpress(thread):
    assert read_back(wxr, as_wxr(thread)) == [thread]


@settings(max_examples=50)
@given(threads("disqus", zones=["+00:00"]))
def test_disqus(thread):
    assert read_back(disqus, as_disqus(thread)) == [thread]


@settings(max_examples=50)
@given(threads("blogger"))
def test_blogger(thread):
    data = as_blogger(thread)
    assert list(blogger.parse(io.BytesIO(data), "export")) == [thread]


@settings(max_examples=50)
@given(threads("rest", kinds=("comment", "ping"), titled=False))
def test_rest_whatever_the_order_of_fetching(thread):
    (found,) = read_back(records, as_rest(thread))
    assert sorted(found.comments, key=lambda c: c.comment_id) == list(thread.comments)
    assert (found.thread_id, found.url, found.findings) == (thread.thread_id, thread.url, ())
