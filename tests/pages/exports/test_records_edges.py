"""Edges of each interface: what is deleted, what is not in the file, ids and times in every spelling, damage."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import ReadError
from stance.pages import read_stream
from stance.pages.exports._records.slots import plain_text, time_of
from stance.pages.markup import tidy_text

OCTOBER = "2018-10-07T05:26:11+00:00"


def read(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return list(read_stream(io.BytesIO(data), "page.json"))


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def one(data):
    (thread,) = read(data)
    return thread


def rows(thread):
    return [(c.comment_id, c.parent_id, c.author, c.text) for c in thread.comments]


def said(thread):
    return {finding.name: finding.message for finding in thread.findings}


def reddit(number, **more):
    record = {
        "id": f"a{number}",
        "author": f"reader-{number}",
        "body": f"Words of {number}.",
        "created_utc": 1538889971,
    }
    return {**record, "link_id": "t3_x", "parent_id": "t3_x", **more}


def test_reddit_deleted_removed_and_the_moderator_that_is_flagged():
    thread = one(
        lines(
            reddit(1, author="[deleted]", body="[deleted]"),
            reddit(2, body="[removed]", author="[deleted]"),
            reddit(3, author="AutoModerator", distinguished="moderator"),
            reddit(4, author="AutoModerator"),
            reddit(5, author="[deleted]", parent_id="t1_a4"),
            reddit(6, author=None),
            reddit(7, author=""),
            reddit(8, body="[ Removed by Reddit ]"),
        )
    )
    assert rows(thread) == [
        ("a4", None, "AutoModerator", "Words of 4."),
        ("a5", "a4", None, "Words of 5."),
        ("a6", None, None, "Words of 6."),
        ("a7", None, None, "Words of 7."),
    ]
    assert said(thread) == {
        "bot_entries": "left out: 1 bot",
        "deleted_entries": "left out: 1 deleted",
        "removed_entries": "left out: 2 removed",
    }


def test_reddit_ids_and_times_in_every_spelling():
    thread = one(
        lines(
            reddit(1, created_utc="1538889971"),
            reddit(2, created_utc=1538889971.0, parent_id=int("a1", 36)),
            {**reddit(3, created_utc="1538889971.0", parent_id="t1_a2"), "id": None, "name": "t1_a3"},
            reddit(4, parent_id=None, author={"name": "reader-4"}),
            reddit(5, author="Redditor(name='reader-5')", subreddit={"display_name": "test"}, edited=1538889999.0),
        )
    )
    assert [(c.comment_id, c.parent_id, c.author) for c in thread.comments] == [
        ("a1", None, "reader-1"),
        ("a2", "a1", "reader-2"),
        ("a3", "a2", "reader-3"),
        ("a4", None, "reader-4"),
        ("a5", None, "reader-5"),
    ]
    assert {c.published for c in thread.comments} == {OCTOBER}
    assert thread.findings == ()


def test_reddit_bodies_are_unescaped_and_no_markup_is_taken_out():
    body = "&gt; quoted &amp; said\n\nI &lt;3 it <b>so</b>&amp;#x200B;\r\n\r\n\r\nfish &amp;amp; chips &#39;x&#39;"
    assert one(lines(reddit(1, body=body))).comments[0].text == (
        "> quoted & said\n\nI <3 it <b>so</b>\n\nfish &amp; chips 'x'"
    )


def test_reddit_listing_with_more_stubs_and_a_deep_branch():
    def child(number, *replies, parent):
        inside = {"kind": "Listing", "data": {"children": list(replies)}} if replies else ""
        data = {**reddit(number, parent_id=parent, replies=inside), "name": f"t1_a{number}"}
        return {"kind": "t1", "data": data}

    more = {"kind": "more", "data": {"count": 7, "id": "zz", "parent_id": "t1_a1", "children": ["b", "c"]}}
    deeper = {"kind": "more", "data": {"count": 0, "id": "_", "parent_id": "t1_a2", "children": []}}
    branch = child(1, child(2, deeper, parent="t1_a1"), more, parent="t3_x")
    post = {
        "kind": "t3",
        "data": {"id": "x", "title": "Fish &amp; chips", "selftext": "", "permalink": "/r/t/comments/x/f/"},
    }
    listings = [{"kind": "Listing", "data": {"children": found}} for found in ([post], [branch])]
    thread = one(listings)
    assert (thread.title, thread.url) == ("Fish & chips", "https://www.reddit.com/r/t/comments/x/f/")
    assert [(c.comment_id, c.parent_id) for c in thread.comments] == [("a1", None), ("a2", "a1")]
    assert said(thread) == {"missing_entries": "the file names 7 more comments that are not in it; fetch them"}


def test_praw_dump_of_a_submission_with_its_comments():
    thread = one(
        {
            "id": "x",
            "title": "The footbridge",
            "selftext": "Which?",
            "comments": [
                {
                    "id": "a1",
                    "author": "reader-1",
                    "body": "A",
                    "created_utc": 1538889971.0,
                    "score": 3,
                    "replies": [{"id": "a2", "author": "None", "body": "B", "parent_id": "t1_a1"}],
                }
            ],
        }
    )
    assert (thread.thread_id, thread.text) == ("x", "Which?")
    assert rows(thread) == [("a1", None, "reader-1", "A"), ("a2", "a1", None, "B")]


def test_several_threads_and_an_answer_to_what_is_not_there():
    first, second = read(lines(reddit(1), reddit(2, link_id="t3_y", parent_id="t1_zz"), reddit(3, parent_id="t1_a1")))
    assert ([c.comment_id for c in first.comments], [c.comment_id for c in second.comments]) == (["a1", "a3"], ["a2"])
    assert said(second) == {
        "orphan_reply": "comment 'a2' answers 'zz', which is not in the thread; it is taken as an answer to the post"
    }


def test_lines_that_are_broken_or_of_another_kind_are_counted():
    data = lines(reddit(1), reddit(2)) + b'{"id": "a3", "bo\n' + lines({"a": 1}, reddit(4))
    thread = one(b"\xef\xbb\xbf" + data + b'{"id": "a5", "author": "rea')
    assert [c.comment_id for c in thread.comments] == ["a1", "a2", "a4"]
    assert said(thread) == {
        "unreadable_entries": "left out: 2 unreadable, the first at line 3",
        "unrecognised_entries": "left out: 1 unrecognised",
    }
    with pytest.raises(ReadError, match=r"page.json line 12: expected JSON, found b'\{broken'"):
        read(lines(reddit(1)) + b"{broken\n" * 20)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_lines_in_other_encodings(encoding):
    data = lines(reddit(1, body="Fähre 😀"), reddit(2)).decode().encode(encoding)
    assert [c.text for c in one(data).comments] == ["Fähre 😀", "Words of 2."]


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b"[{}]", b"[[], []]", b'{"data": []}', b'{"kind":"Listing","data":{"children":[]}}']
)
def test_nothing_is_said(data):
    with pytest.raises(ReadError, match="expected comment records"):
        read(data)


def youtube(comment_id, parent=None, **snippet):
    inside = {
        "authorDisplayName": "@reader-1",
        "textDisplay": "A &amp; <b>b</b><br>c",
        "publishedAt": "2024-05-01T10:00:00Z",
    }
    return {"kind": "youtube#comment", "id": comment_id, "snippet": {**inside, "parentId": parent, **snippet}}


def test_youtube_pages_texts_and_answers_that_were_not_fetched():
    def page(*threads):
        return {"kind": "youtube#commentThreadListResponse", "items": list(threads)}

    def thread(top, *replies, total):
        snippet = {"videoId": "v", "topLevelComment": top, "totalReplyCount": total}
        return {"id": top["id"], "snippet": snippet, "replies": {"comments": list(replies)}}

    first = thread(youtube("U1"), youtube("U1.2", "U1", textOriginal="A & <b>\nno markup"), total=5)
    found = one([page(first), page(first, thread(youtube("U3", authorDisplayName=""), total=0))])
    assert rows(found) == [
        ("U1", None, "@reader-1", "A & b\nc"),
        ("U1.2", "U1", "@reader-1", "A & <b>\nno markup"),
        ("U3", None, None, "A & b\nc"),
    ]
    assert said(found)["repeated_entries"] == "left out: 2 that stand in the file alike"


def test_youtube_list_of_comments():
    found = one({"kind": "youtube#commentListResponse", "items": [youtube("U1.2", "U1"), youtube("U1.3", "U1")]})
    assert [(c.comment_id, c.parent_id) for c in found.comments] == [("U1.2", None), ("U1.3", None)]


def test_youtube_comment_downloader():
    top = {"cid": "Ug1", "text": "A", "time": "2 years ago", "author": "@reader-1", "replies": "1", "reply": False}
    answer = {
        "cid": "Ug1.9",
        "text": "B",
        "time": "1 day ago",
        "author": "@reader-2",
        "reply": True,
        "time_parsed": 1538889971.5,
    }
    found = one(lines(top, answer))
    assert [(c.comment_id, c.parent_id, c.published) for c in found.comments] == [
        ("Ug1", None, None),
        ("Ug1.9", "Ug1", OCTOBER),
    ]


def test_telegram_entities_service_messages_and_chats():
    def message(number, **more):
        return {
            "id": number,
            "type": "message",
            "date": "2024-05-01T12:00:00",
            "date_unixtime": "1714557600",
            "from": "reader-1",
            "from_id": "user1",
            "text": "A",
            **more,
        }

    chat = {
        "name": "The footbridge",
        "type": "private_group",
        "id": 7,
        "messages": [
            {
                "id": 1,
                "type": "service",
                "date": "2024-05-01T12:00:00",
                "actor": "reader-1",
                "action": "create_group",
                "text": "",
            },
            message(
                2, text=["Look: ", {"type": "link", "text": "https://a.example"}, " & more"], reply_to_message_id=1
            ),
            message(3, **{"from": None}, reply_to_message_id=2, edited="2024-05-01T12:30:00"),
        ],
    }
    other = {"name": None, "type": "saved_messages", "id": 8, "messages": [message(2)]}
    first, second = read({"about": "Here is the data", "chats": {"about": "Chats", "list": [chat, other]}})
    assert (first.thread_id, first.title, second.thread_id, second.title) == ("7", "The footbridge", "8", None)
    assert rows(first) == [("2", None, "reader-1", "Look: https://a.example & more"), ("3", "2", None, "A")]
    assert first.comments[0].published == "2024-05-01T12:00:00+02:00"
    assert said(first)["service_entries"] == "left out: 1 service"


def mastodon(number, answers, **more):
    account = {"acct": f"reader-{number}@a.example", "display_name": "A reader", "username": f"reader-{number}"}
    return {
        "id": str(number),
        "created_at": "2024-05-01T10:00:00.000Z",
        "in_reply_to_id": answers,
        "content": f"<p>Words of <span>{number}</span>.</p><p>Yes</p>",
        "account": account,
        "reblog": None,
        **more,
    }


def test_mastodon_context_answers_a_status_that_is_not_in_it():
    bot = {"acct": "bot@a.example", "bot": True}
    found = one({"ancestors": [], "descendants": [mastodon(2, "1"), mastodon(3, "2"), mastodon(4, "1", account=bot)]})
    assert rows(found) == [
        ("2", None, "reader-2@a.example", "Words of 2.\n\nYes"),
        ("3", "2", "reader-3@a.example", "Words of 3.\n\nYes"),
    ]
    assert said(found) == {"bot_entries": "left out: 1 bot"}


def test_bluesky_thread_with_what_is_not_found_and_what_is_blocked():
    def post(number, parent=None, text="A"):
        reply = {"reply": {"root": {"uri": "at://1"}, "parent": {"uri": f"at://{parent}"}}} if parent else {}
        return {
            "uri": f"at://{number}",
            "author": {"did": "did:1", "handle": f"reader-{number}.example"},
            "record": {"text": text, "createdAt": "2024-05-01T10:00:00.000Z", **reply},
            "indexedAt": "x",
        }

    view = "app.bsky.feed.defs#threadViewPost"
    gone = [
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://8", "notFound": True},
        {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://9", "blocked": True, "author": {"did": "did:2"}},
    ]
    deep = {"$type": view, "post": post(3, 2), "replies": []}
    thread = {
        "$type": view,
        "post": post(1, text="The root"),
        "replies": [{"$type": view, "post": post(2, 1), "replies": [deep]}, *gone],
    }
    found = one({"thread": thread})
    assert (found.thread_id, found.text) == ("at://1", "The root")
    assert rows(found) == [("at://2", None, "reader-2.example", "A"), ("at://3", "at://2", "reader-3.example", "A")]
    assert set(said(found)) == {"deleted_entries", "unavailable_entries"}


def test_discourse_leaves_out_what_is_no_post():
    def post(number, answers=None, **more):
        return {
            "id": 70 + number,
            "post_number": number,
            "username": f"reader-{number}",
            "name": "A reader",
            "topic_id": 7,
            "created_at": "2024-05-01T10:00:00.000Z",
            "reply_to_post_number": answers,
            "post_type": 1,
            "cooked": f'<aside class="quote"><blockquote><p>Q</p></blockquote></aside><p>{number}</p>',
            **more,
        }

    posts = [
        post(1),
        post(2, 1),
        post(3, user_deleted=True),
        post(4, post_type=3, action_code="closed.enabled"),
        post(5, 2),
    ]
    found = one(
        {"post_stream": {"posts": posts, "stream": [71, 72, 73, 74, 75]}, "id": 7, "title": "T", "posts_count": 5}
    )
    assert rows(found) == [
        ("1", None, "reader-1", "> Q\n\n1"),
        ("2", "1", "reader-2", "> Q\n\n2"),
        ("5", "2", "reader-5", "> Q\n\n5"),
    ]
    assert set(said(found)) == {"deleted_entries", "service_entries"}, "what is left out is no difference in number"


def test_disqus_interface():
    def post(number, parent=None, **more):
        return {
            "id": str(number),
            "parent": parent,
            "thread": {"id": "9", "title": "T", "link": "https://a.example/t"},
            "createdAt": "2024-05-01T10:00:00",
            "message": f"<p>{number}</p>",
            "raw_message": str(number),
            "author": {"name": f"reader-{number}"},
            "isDeleted": False,
            **more,
        }

    found = one(
        {
            "code": 0,
            "response": [post(5), post(6, 5), post(7, isDeleted=True), post(8, isSpam=True), post(9, author={})],
        }
    )
    assert (found.thread_id, found.title, found.url) == ("9", "T", "https://a.example/t")
    assert rows(found) == [("5", None, "reader-5", "5"), ("6", "5", "reader-6", "6"), ("9", None, None, "9")]
    assert set(said(found)) == {"deleted_entries", "spam_entries"}


def test_guardian_discussion():
    def comment(number, answers=None, **more):
        found = {
            "id": number,
            "body": f"<p>{number}</p>",
            "isoDateTime": "2024-05-01T10:00:00Z",
            "date": "01 May 2024 11:00am",
            "userProfile": {"userId": "1", "displayName": f"reader-{number}"},
            "status": "visible",
            **more,
        }
        return {**found, "responseTo": {"displayName": "x", "commentId": str(answers)}} if answers else found

    inside = [comment(1, responses=[comment(2, 1), comment(3, 1, status="blocked")]), comment(4)]
    found = one(
        {
            "status": "ok",
            "discussion": {
                "key": "/p/1",
                "webUrl": "https://a.example/t",
                "title": "T",
                "commentCount": 4,
                "comments": inside,
            },
        }
    )
    assert (found.thread_id, found.title) == ("/p/1", "T")
    assert [(c.comment_id, c.parent_id, c.author) for c in found.comments] == [
        *(("1", None, "reader-1"), ("2", "1", "reader-2"), ("4", None, "reader-4")),
    ]
    assert set(said(found)) == {"removed_entries"}


def test_convokit_in_its_older_spelling_and_with_times_that_are_none():
    def utterance(own_id, answers, user="reader-1", text="A"):
        return {
            "id": own_id,
            "root": "r",
            "reply_to": answers,
            "user": user,
            "text": text,
            "timestamp": 17.0,
            "meta": {},
        }

    found = one(
        lines(
            utterance("r", None, text="Root"),
            utterance("b", "r"),
            utterance("c", "b", "[deleted]"),
            utterance("d", "b", text="[removed]"),
        )
    )
    assert (found.thread_id, found.text) == ("r", "Root")
    assert rows(found) == [("b", None, "reader-1", "A"), ("c", "b", None, "A")]
    assert {c.published for c in found.comments} == {None}
    assert set(said(found)) == {"removed_entries"}


def test_hacker_news_and_lemmy():
    leaf = {
        "id": 3,
        "type": "comment",
        "author": "reader-3",
        "text": "<p>C",
        "parent_id": 2,
        "story_id": 1,
        "children": [],
        "created_at": "2024-05-01T10:00:00.000Z",
    }
    branch = {**leaf, "id": 2, "author": "reader-2", "text": "B &#x27;b&#x27;", "parent_id": 1, "children": [leaf]}
    story = {
        "id": 1,
        "type": "story",
        "title": "T",
        "text": None,
        "author": "reader-1",
        "parent_id": None,
        "children": [branch],
        "url": "https://a.example/t",
        "story_id": 1,
    }
    found = one(story)
    assert (found.thread_id, found.title) == ("1", "T")
    assert rows(found) == [("2", None, "reader-2", "B 'b'"), ("3", "2", "reader-3", "C")]

    def view(number, path, **more):
        inside = {
            "id": number,
            "content": f"{number}",
            "path": path,
            "published": "2024-05-01T10:00:00.1",
            "post_id": 7,
            **more,
        }
        return {"comment": inside, "creator": {"name": f"reader-{number}"}, "post": {"id": 7, "name": "T"}}

    found = one({"comments": [view(1, "0.1"), view(2, "0.1.2"), view(3, "0.3", removed=True)]})
    assert (found.thread_id, found.title) == ("7", "T")
    assert rows(found) == [("1", None, "reader-1", "1"), ("2", "1", "reader-2", "2")]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            {"id": 1, "user": {"login": "reader-1"}, "body": "A", "created_at": "2024-05-01T10:00:00Z"},
            ("1", "reader-1"),
        ),
        (
            {
                "id": "9_1",
                "from": {"name": "reader-1", "id": "7"},
                "message": "A",
                "created_time": "2024-05-01T10:00:00+0000",
            },
            ("9_1", "reader-1"),
        ),
        (
            {"_id": {"$oid": "5f"}, "username": "reader-1", "comment": "A", "timestamp": {"$date": 1714557600000}},
            ("5f", "reader-1"),
        ),
        (
            {"commentID": 1, "userDisplayName": "reader-1", "commentBody": "A", "createDate": "1714557600"},
            ("1", "reader-1"),
        ),
        ({"no": 1, "name": "reader-1", "com": "A", "now": "x", "time": 1714557600}, ("1", "reader-1")),
        (
            {
                "id_str": "1",
                "id": 1,
                "full_text": "A",
                "user": {"screen_name": "r", "name": "reader-1"},
                "created_at": "Wed May 01 10:00:00 +0000 2024",
                "in_reply_to_status_id_str": None,
            },
            ("1", "reader-1"),
        ),
    ],
)
def test_records_of_unknown_sources(record, expected):
    (comment,) = one([record]).comments
    assert (comment.comment_id, comment.author) == expected
    assert (comment.published, comment.text) == ("2024-05-01T10:00:00+00:00", "A")


def test_article_that_holds_its_comments():
    def comment(number, *replies):
        return {
            "id": number,
            "author": f"reader-{number}",
            "text": f"{number}",
            "date": "2024-05-01",
            "replies": list(replies),
        }

    article = {
        "title": "T",
        "url": "https://a.example/t",
        "content": "Words",
        "author": "x",
        "comments": [comment(1, comment(2)), comment(3)],
    }
    found = one(article)
    assert (found.title, found.text, found.thread_id) == ("T", "Words", "a.example/t")
    assert [(c.comment_id, c.parent_id) for c in found.comments] == [("1", None), ("2", "1"), ("3", None)]


@pytest.mark.parametrize(
    "record",
    [
        {"id": 7, "name": "lamp", "text": "A lamp."},
        {"id": 7, "title": "News", "content": "Words.", "date": "2024-05-01"},
        {"id": "x", "message": "done"},
    ],
)
def test_things_and_articles_are_no_comments(record):
    with pytest.raises(ReadError, match="expected comment records"):
        read([record])


def test_posts_of_wordpress_are_threads_without_comments():
    post = {"id": 7, "date_gmt": "2024-05-01T10:00:00", "slug": "t", "link": "https://a.example/t/"}
    found = one([{**post, "title": {"rendered": "T"}, "content": {"rendered": "<p>Words</p>"}}])
    assert (found.title, found.text, found.url, found.comments) == ("T", "Words", "https://a.example/t/", ())


def test_names_of_fields_that_several_sources_share():
    """What only resembles a listed source keeps its author and its time."""
    base = {"id": "a", "text": "A", "date": "2024-05-01T10:00:00Z"}
    records = [
        {**base, "type": "comment", "user": "reader-1"},
        {**base, "parent": None, "timestamp": 1714557600, "user": "reader-1"},
        {**base, "message": "A", "createdAt": "2024-05-01T10:00:00Z", "thread": "9", "author": "reader-1"},
        {**base, "content": "A", "post": {"id": "9"}, "author": {"displayName": "reader-1"}},
        {**base, "parent_id": None, "children": [], "author": "reader-1"},
    ]
    for record in records:
        (comment,) = one([record]).comments
        assert (comment.author, comment.published) == ("reader-1", "2024-05-01T10:00:00+00:00"), record


def test_comments_of_one_person_on_reddit_name_the_submissions():
    found = one({"kind": "Listing", "data": {"children": [{"kind": "t1", "data": reddit(1, link_title="A &amp; B")}]}})
    assert (found.thread_id, found.title) == ("x", "A & B")


@given(st.text(st.sampled_from("ab \n\t\r\x00\x7fé\xa0&<"), max_size=12))
def test_plain_text_is_tidied_like_any_other(text):
    assert plain_text(text) == tidy_text(text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 1e300, 10**400, "1" + "0" * 400, -(10**400)])
def test_a_number_that_is_no_time_is_none_and_is_not_divided_for_ever(number):
    assert time_of(number) is None
