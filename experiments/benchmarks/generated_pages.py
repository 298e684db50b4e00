"""Pages of any size for measuring the readers: the same words each time, in the layouts that the readers know."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_SENTENCE = (
    "the ferry bridge should stay because nobody here ever asked who pays for it and when council decides again "
    "however slow every morning we wait but a toll is worse than waiting as far as I can see it"
)
_COMMENTS_OF_A_POST = 50
_WXR_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n'
    "<title>Ferries</title>\n<wp:wxr_version>1.2</wp:wxr_version>\n"
)
_WXR_ITEM = """<item>
<title>Post {post}</title>
<link>https://blog.example.org/{post}/</link>
<content:encoded><![CDATA[{words}]]></content:encoded>
<wp:post_id>{post}</wp:post_id>
<wp:comment_status>open</wp:comment_status>
<wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type>
"""
_WXR_COMMENT = """<wp:comment>
	<wp:comment_id>{number}</wp:comment_id>
	<wp:comment_author><![CDATA[reader-{author}]]></wp:comment_author>
	<wp:comment_author_email><![CDATA[reader-{author}@example.org]]></wp:comment_author_email>
	<wp:comment_author_url></wp:comment_author_url>
	<wp:comment_author_IP><![CDATA[192.0.2.1]]></wp:comment_author_IP>
	<wp:comment_date><![CDATA[2016-09-20 15:{minute:02}:12]]></wp:comment_date>
	<wp:comment_date_gmt><![CDATA[2016-09-20 13:{minute:02}:12]]></wp:comment_date_gmt>
	<wp:comment_content><![CDATA[{words}]]></wp:comment_content>
	<wp:comment_approved><![CDATA[1]]></wp:comment_approved>
	<wp:comment_type><![CDATA[comment]]></wp:comment_type>
	<wp:comment_parent>{parent}</wp:comment_parent>
	<wp:comment_user_id>0</wp:comment_user_id>
</wp:comment>
"""


def write_wxr(path: Path, comments: int, advance: Callable[[int], None]) -> None:
    """Write a WordPress export of that many comments, 50 a post, about 1 KB each; `advance` hears how many are done."""
    paragraphs = _paragraphs(500, words=58)
    with path.open("w", encoding="utf-8") as file:
        file.write(_WXR_HEAD)
        for number in range(1, comments + 1):
            place = (number - 1) % _COMMENTS_OF_A_POST
            if place == 0:
                file.write(_WXR_ITEM.format(post=number // _COMMENTS_OF_A_POST + 1, words=paragraphs[number % 500]))
            file.write(
                _WXR_COMMENT.format(
                    number=number,
                    author=number % 977,
                    minute=number % 60,
                    parent=number - 1 if place % 3 else 0,
                    words=_marked_up(paragraphs[number % 500], number),
                )
            )
            if place == _COMMENTS_OF_A_POST - 1 or number == comments:
                file.write("</item>\n")
                advance(place + 1)
        file.write("</channel>\n</rss>\n")


def write_warc(path: Path, pages: Sequence[bytes], count: int, advance: Callable[[int], None]) -> None:
    """Write a crawl of `count` HTML responses, the given pages over and over."""
    with path.open("wb") as file:
        for number in range(count):
            file.write(_warc_record(pages[number % len(pages)], number))
            advance(1)


def make_dump(comments: int) -> bytes:
    """Return a text dump of that many comments in the seed's layout: a list, each with text, author and date."""
    paragraphs = _paragraphs(200, words=60)
    lines = [f"The ferry\n\n{paragraphs[0]}\n\n{comments} Responses\n\nSubscribe to comments with RSS.\n\n"]
    for number in range(1, comments + 1):
        first, second = paragraphs[number % 200], paragraphs[(number * 7) % 200]
        lines.append(
            f"  {number}. {first}\n\n    {second}\n\n    reader-{number % 97}\n\n"
            f"    September {1 + number % 28}, 2016 at {1 + number % 12}:{number % 60:02} pm\n\n"
        )
    return "".join(lines).encode()


def write_reddit(path: Path, comments: int, advance: Callable[[int], None]) -> None:
    """Write an archive of Reddit in lines, packed with zstd: about 900 bytes each, 20 a thread, threads mixed."""
    from backports import zstd

    picked = random.Random(0)
    paragraphs = _paragraphs(500, words=40)
    other = ",".join(f'"field_{place}":{value}' for place in range(6) for value in ("null", "true", "0", '""', '"x"'))
    last: dict[str, str] = {}
    with zstd.open(path, "wt", encoding="utf-8") as file:
        for number in range(1, comments + 1):
            post = f"{max(0, number // 20 - picked.randrange(50)):x}"
            parent = f"t1_{last[post]}" if number % 3 and post in last else f"t3_{post}"
            last[post] = f"{number:x}"
            file.write(
                f'{{"id":"{number:x}","author":"reader-{number % 977}","created_utc":{1538889971 + number},'
                f'"body":"{paragraphs[number % 500]} &gt; {number}",'
                f'"link_id":"t3_{post}","parent_id":"{parent}",{other}}}\n'
            )
            if number % 10_000 == 0 or number == comments:
                advance(number % 10_000 or 10_000)


def _paragraphs(count: int, words: int) -> list[str]:
    picked = random.Random(0)
    return [" ".join(picked.choices(_SENTENCE.split(), k=words)).capitalize() + "." for _ in range(count)]


def _marked_up(words: str, number: int) -> str:
    """Every second comment has no markup at all, the others have what comments have."""
    if number % 2:
        return words
    half = len(words) // 2
    return f"{words[:half]} <em>indeed</em> &amp;\n\n<a href='https://example.org/'>{words[half:]}</a>"


def _warc_record(page: bytes, number: int) -> bytes:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(page)
    body = response + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}/\r\n"
        "WARC-Date: 2016-09-20T13:30:12Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def sizes(largest: int) -> Iterator[int]:
    """Yield a tenth of the size and the size, which show whether time grows faster than size."""
    yield largest // 10
    yield largest
