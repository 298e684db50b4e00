"""Records of sources that nobody listed: what is wrapped, called otherwise, or kept apart is read all the same."""

import io
import json
from datetime import UTC, datetime

import pytest

from stance.errors import ReadError
from stance.pages import read_stream

ROWS = (1, 2, 3, 4)
TEXTS = {1: "It should stay.", 2: "The crew needs its rest.", 3: "Who pays for it then?", 4: "The council does."}
READERS = {1: "reader-1", 2: "reader-2", 3: "reader-3", 4: "reader-1"}
ABOVE = {1: None, 2: 1, 3: 2, 4: None}
SECONDS = {number: 1_600_000_000 + 600 * number for number in ROWS}
TIMES = {n: datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for n, at in SECONDS.items()}


def read(value, name="comments.json"):
    data = value if isinstance(value, str) else json.dumps(value)
    return list(read_stream(io.BytesIO(data.encode()), name))


def above(number, text="{}"):
    return None if ABOVE[number] is None else text.format(ABOVE[number])


def tree(make, parent=None):
    return [make(number, tree(make, number)) for number in ROWS if ABOVE[number] == parent]


def people(make):
    return [make(number, f"reader-{number}") for number in (1, 2, 3)]


def person_id(number):
    return 100 + int(READERS[number][-1])


VK = {
    "response": {
        "items": [
            {"id": n, "from_id": person_id(n), "date": SECONDS[n], "text": TEXTS[n], "reply_to_comment": ABOVE[n]}
            for n in ROWS
        ],
        "profiles": people(lambda n, name: {"id": 100 + n, "first_name": "Reader", "last_name": str(n)}),
    }
}
LIVEFYRE = {
    "headDocument": {
        "content": [
            {
                "vis": 1,
                "content": {
                    "id": str(n),
                    "parentId": above(n) or "",
                    "bodyHtml": f"<p>{TEXTS[n]}</p>",
                    "authorId": f"{READERS[n]}@site",
                    "createdAt": SECONDS[n],
                },
            }
            for n in ROWS
        ],
        "authors": {f"{name}@site": {"id": f"{name}@site", "displayName": name} for name in set(READERS.values())},
    }
}
MAPPED = {
    "payload": {
        "idMap": {
            **{
                f"c{n}": {
                    "id": f"c{n}",
                    "authorID": f"u{person_id(n)}",
                    "body": {"text": TEXTS[n]},
                    "timestamp": {"time": SECONDS[n], "text": "3 years ago"},
                    "targetID": above(n, "c{}") or "the-page",
                }
                for n in ROWS
            },
            **{f"u{100 + n}": {"id": f"u{100 + n}", "name": f"reader-{n}"} for n in (1, 2, 3)},
        }
    }
}
IN_PARTS = {
    "conversation": {
        "comments": tree(
            lambda n, below: {
                "id": f"c{n}",
                "parent_id": above(n, "c{}") or "",
                "user_id": f"u{person_id(n)}",
                "written_at": SECONDS[n],
                "time": SECONDS[n],
                "content": [{"id": "x", "type": "text", "text": TEXTS[n]}],
                "replies": below,
            }
        ),
        "users": {f"u{100 + n}": {"id": f"u{100 + n}", "display_name": f"reader-{n}"} for n in (1, 2, 3)},
    }
}
OF_AN_EDITOR = {
    "comments": [
        {
            "id": str(n),
            "parent": above(n),
            "author": {"accountId": "5", "displayName": READERS[n]},
            "body": {
                "type": "doc",
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": TEXTS[n]}]}],
            },
            "updateAuthor": {"displayName": "reader-9"},
            "created": TIMES[n],
        }
        for n in ROWS
    ]
}
OTHER_NAMES = {
    "comments": [
        {
            "short_id": f"c{n}",
            "created_at": TIMES[n],
            "last_edited_at": TIMES[4],
            "parent_comment": above(n, "c{}"),
            "comment": f"<p>{TEXTS[n]}</p>",
            "comment_plain": TEXTS[n],
            "commenting_user": READERS[n],
        }
        for n in ROWS
    ]
}
BY_ID = {
    "comments": {
        str(n): {
            "id": str(n),
            "parentId": above(n),
            "timePublished": TIMES[n],
            "timeChanged": TIMES[4],
            "message": f"<div>{TEXTS[n]}</div>",
            "author": {"id": "1", "alias": READERS[n]},
        }
        for n in ROWS
    }
}
KOREAN = {
    "result": {
        "commentList": [
            {
                "objectId": "news1",
                "commentNo": n,
                "parentCommentNo": n if ABOVE[n] is None else ABOVE[n],
                "contents": TEXTS[n],
                "userName": READERS[n],
                "modTime": TIMES[4],
                "regTime": TIMES[n],
            }
            for n in ROWS
        ]
    }
}
CHINESE = {
    "data": {
        "replies": tree(
            lambda n, below: {
                "rpid": 70 + n,
                "mid": 1,
                "root": 0,
                "parent": 0 if ABOVE[n] is None else 70 + ABOVE[n],
                "ctime": SECONDS[n],
                "member": {"mid": "1", "uname": READERS[n]},
                "content": {"message": TEXTS[n], "members": []},
                "replies": below or None,
            }
        )
    }
}
ABOVE_IN_A_LIST = {
    "rows": [
        {
            "id": f"c{n}",
            "created": TIMES[n],
            "user": READERS[n],
            "text": TEXTS[n],
            "references": {1: [], 2: ["c1"], 3: ["c1", "c2"], 4: []}[n],
        }
        for n in ROWS
    ]
}
WORDPRESS_TABLE = [
    {"type": "header"},
    {
        "type": "table",
        "name": "wp_comments",
        "data": [
            {
                "comment_ID": str(n),
                "comment_post_ID": "7",
                "comment_author": READERS[n],
                "comment_date": TIMES[n].rstrip("Z").replace("T", " "),
                "comment_content": TEXTS[n],
                "comment_approved": "1",
                "comment_parent": "0" if ABOVE[n] is None else str(ABOVE[n]),
            }
            for n in ROWS
        ],
    },
]
SLACK = [
    {
        "type": "message",
        "user": f"U{person_id(n)}",
        "text": TEXTS[n],
        "ts": f"{SECONDS[n]}.000200",
        "user_profile": {"real_name": READERS[n]},
        **({} if ABOVE[n] is None else {"thread_ts": f"{SECONDS[ABOVE[n]]}.000200"}),
    }
    for n in ROWS
] + [{"type": "message", "subtype": "channel_join", "user": "U9", "text": "has joined", "ts": "1600009000.000200"}]
DISCORD = {
    "channel": {"id": "2", "name": "harbour"},
    "messages": [
        {
            "id": str(n),
            "type": "Default" if ABOVE[n] is None else "Reply",
            "timestamp": TIMES[n],
            "content": TEXTS[n],
            "author": {"id": "9", "name": "account", "nickname": READERS[n], "isBot": False},
            **({} if ABOVE[n] is None else {"reference": {"messageId": str(ABOVE[n])}}),
        }
        for n in ROWS
    ]
    + [
        {
            "id": "9",
            "type": "GuildMemberJoin",
            "timestamp": TIMES[4],
            "content": "Joined.",
            "author": {"name": "reader-9", "isBot": False},
        }
    ],
}
X = {
    "data": [{"id": "root", "author_id": "103", "conversation_id": "root", "created_at": TIMES[1], "text": "A ferry?"}]
    + [
        {
            "id": f"c{n}",
            "author_id": str(person_id(n)),
            "conversation_id": "root",
            "created_at": TIMES[n],
            "text": TEXTS[n],
            "referenced_tweets": [{"type": "replied_to", "id": above(n, "c{}") or "root"}],
        }
        for n in ROWS
    ]
    + [
        {
            "id": "c9",
            "author_id": "102",
            "conversation_id": "root",
            "created_at": TIMES[4],
            "text": "RT",
            "referenced_tweets": [{"type": "retweeted", "id": "c1"}],
        }
    ],
    "includes": {"users": people(lambda n, name: {"id": str(100 + n), "name": name, "username": f"at-{n}"})},
}
CALLED = f"callback({json.dumps(BY_ID)});\n"
ASSIGNED = f"window.pages.part0 = {json.dumps(BY_ID['comments'], indent=1)}\n"
DATABASE = (
    '<?xml version="1.0"?><pma_xml_export version="1.0"><database name="blog">'
    + "".join(
        '<table name="wp_comments">'
        + "".join(f'<column name="{key}">{value}</column>' for key, value in row.items())
        + "</table>"
        for row in WORDPRESS_TABLE[1]["data"]
    )
    + "</database></pma_xml_export>"
)
IDS = {
    "c": {"mapped", "in parts", "other names", "above in a list", "x"},
    "slack": {"slack"},
    "70": {"chinese"},
}
FILES = {
    "vk": VK,
    "livefyre": LIVEFYRE,
    "mapped": MAPPED,
    "in parts": IN_PARTS,
    "of an editor": OF_AN_EDITOR,
    "other names": OTHER_NAMES,
    "by id": BY_ID,
    "korean": KOREAN,
    "chinese": CHINESE,
    "above in a list": ABOVE_IN_A_LIST,
    "wordpress table": WORDPRESS_TABLE,
    "slack": SLACK,
    "discord": DISCORD,
    "x": X,
    "called": CALLED,
    "assigned": ASSIGNED,
    "database": DATABASE,
}
FINDINGS = {
    "other names": ["fields_guessed"],
    "korean": ["self_reply", "self_reply"],
    "slack": ["service_entries"],
    "discord": ["service_entries"],
    "x": ["reblog_entries"],
}


def own_id(kind, number):
    if number is None:
        return None
    known = next((form for form, kinds in IDS.items() if kind in kinds), "")
    if known == "slack":
        return f"{SECONDS[number]}.000200"
    return str(int(known) + number) if known.isdigit() else f"{known}{number}"


@pytest.mark.parametrize("kind", FILES)
def test_records_are_read_whatever_wraps_them(kind):
    (thread,) = read(FILES[kind])
    assert [comment.text for comment in thread.comments] == [*TEXTS.values()]
    shown = [(comment.author or "").replace("Reader ", "reader-") for comment in thread.comments]
    assert shown == [*READERS.values()]
    assert [comment.comment_id for comment in thread.comments] == [own_id(kind, number) for number in ROWS]
    assert [comment.parent_id for comment in thread.comments] == [own_id(kind, number) for number in ABOVE.values()]
    written = [(comment.published or "").removesuffix("+00:00") for comment in thread.comments]
    assert written == [time.rstrip("Z") for time in TIMES.values()]
    assert [finding.name for finding in thread.findings] == FINDINGS.get(kind, [])


def test_fields_that_were_guessed_are_named():
    (thread,) = read(OTHER_NAMES)
    (finding,) = thread.findings
    assert finding.message == "read by what their names end with: commenting_user; look whether these are comments"


def test_an_id_of_a_person_that_nothing_describes_stays():
    (thread,) = read({"items": VK["response"]["items"], "profiles": VK["response"]["profiles"][:2]})
    assert [comment.author for comment in thread.comments] == ["Reader 1", "Reader 2", "103", "Reader 1"]


def test_paragraphs_of_an_editor_are_paragraphs_and_what_is_marked_within_is_one_line():
    body = {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "It "}, {"type": "text", "text": "should."}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "It will."}]},
        ],
    }
    (thread,) = read([{"id": 1, "author": "reader-1", "created": TIMES[1], "body": body}])
    assert thread.comments[0].text == "It should.\n\nIt will."


def test_what_the_tables_of_wordpress_hold_back_is_counted():
    rows = [
        dict(row, comment_approved=state)
        for row, state in zip(WORDPRESS_TABLE[1]["data"], ["1", "0", "spam", "trash"], strict=True)
    ]
    (thread,) = read(rows)
    assert len(thread.comments) == 1
    assert sorted(finding.name for finding in thread.findings) == ["held_entries", "spam_entries", "trashed_entries"]


def test_words_of_a_wrapper_are_not_taken_where_it_is_the_comment():
    inside = {"text": TEXTS[1], "user": "reader-1", "created": TIMES[1]}
    (thread,) = read([{"id": 7, "created": TIMES[2], "comment": inside}])
    assert [(comment.author, comment.text) for comment in thread.comments] == [("reader-1", TEXTS[1])]


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "name": "reader-1", "bio": "I sail.", "created_at": TIMES[1]},
        {"updated_by": "reader-1", "edited_text": "Boats.", "modified_at": TIMES[1]},
        {"product_name": "boat", "title_text": "Boats.", "added_on": TIMES[1]},
    ],
)
def test_what_tells_another_moment_or_thing_is_no_comment(record):
    with pytest.raises(ReadError, match="expected comment records"):
        read([record, record])


def test_a_script_that_hands_on_no_json_is_told():
    with pytest.raises(ReadError, match=r"expected JSON behind 'var boats =', found a script: .* line 1 column 21"):
        read('var boats = {"a": 1}; go(boats);\n', "boats.js")
