"""Feeds, Movable Type, tables and XML of any root: what is read, and what is refused by name."""

import bz2
import contextlib
import csv
import gzip
import io
import lzma
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.errors import ReadError
from stance.pages import read_stream
from stance.pages.unpack import _zstd

FIXTURES = Path(__file__).parents[1] / "fixtures/other_exports"
STAY, GO = "The bridge should stay.", "It should go."


def read(data, url=None):
    return list(read_stream(io.BytesIO(data if isinstance(data, bytes) else data.encode()), "page", url))


def entries(thread):
    return [(c.comment_id, c.parent_id, c.author, c.published, c.text) for c in thread.comments]


def fixture(name):
    (thread,) = read((FIXTURES / name).read_bytes())
    return thread


def test_comment_feed_of_a_post():
    thread = fixture("comment-feed.rss")
    assert (thread.format, thread.thread_id, thread.title) == ("feed", "blog.example/a", "The footbridge")
    assert entries(thread) == [("11", None, "reader-1", "2024-05-01T10:00:00+00:00", STAY)]


def rss(*items):
    return f"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{''.join(items)}</channel></rss>"


def item(link, words, hour, title="Comment on The footbridge by reader-1"):
    return (
        f"<item><title>{title}</title><link>{link}</link><dc:creator>reader-1</dc:creator>"
        f"<pubDate>Wed, 01 May 2024 {hour}:00:00 +0000</pubDate><description>{words}</description></item>"
    )


def test_comment_feed_of_a_site_gives_a_thread_a_post_in_order_of_time():
    first, second = read(
        rss(
            item("https://blog.example/a/comment-page-2/#comment-12", GO, 12),
            item("https://blog.example/b/#comment-9", GO, 11),
            item("https://blog.example/a/#comment-11", STAY, 10),
        )
    )
    assert (first.thread_id, [c.comment_id for c in first.comments]) == ("blog.example/a", ["11", "12"])
    assert (second.thread_id, [c.comment_id for c in second.comments]) == ("blog.example/b", ["9"])


def test_atom_with_a_prefix_knows_what_answers_what():
    def entry(number, answered, name):
        href = f"https://blog.example/a/{answered}"
        return (
            f"<ns0:entry><ns0:link rel='alternate' href='https://blog.example/a/#comment-{number}'/>"
            f"<ns0:author><ns0:name>{name}</ns0:name></ns0:author><ns0:published>2024-05-01T10:0{number}:00Z</ns0:published>"
            f"<ns0:content type='html'>&lt;p&gt;Words of {number}.&lt;/p&gt;</ns0:content>"
            f"<ns1:in-reply-to ref='{href}' href='{href}' type='text/html'/></ns0:entry>"
        )

    (thread,) = read(
        "<ns0:feed xmlns:ns0='http://www.w3.org/2005/Atom' xmlns:ns1='http://purl.org/syndication/thread/1.0'>"
        f"<ns0:title>Comments on: The footbridge</ns0:title>{entry(1, '', 'reader-1')}"
        f"{entry(2, '#comment-1', 'reader-2')}</ns0:feed>"
    )
    assert entries(thread) == [
        ("1", None, "reader-1", "2024-05-01T10:01:00+00:00", "Words of 1."),
        ("2", "1", "reader-2", "2024-05-01T10:02:00+00:00", "Words of 2."),
    ]


def test_feed_of_posts_is_refused():
    with pytest.raises(ReadError, match="found XML whose root is <rss>"):
        read(rss(item("https://blog.example/a/", STAY, 10)))
    with pytest.raises(ReadError, match="expected a feed of comments, found one of 1 posts"):
        read(rss(item("https://blog.example/a/", "see https://blog.example/b/#comment-9", 10)))


def test_movable_type():
    thread = fixture("movable-type.txt")
    assert (thread.format, thread.title) == ("movable_type", "The footbridge")
    assert thread.text == "Words of the post about the footbridge."
    assert [(c.author, c.published, c.text) for c in thread.comments] == [
        ("reader-1", "2008-11-13T15:04:07", STAY),
        ("reader-2", "2008-11-13T15:06:35", GO),
    ]


def test_movable_type_with_pings_several_entries_and_hyphens_in_a_comment():
    head = "AUTHOR: admin\nTITLE: {}\nSTATUS: Publish\nDATE: 11/13/2008 02:16:10 PM\n-----\nBODY:\nWords.\n-----\n"
    comment = "COMMENT:\nAUTHOR: \nEMAIL: \nDATE: 11/13/2008 15:04:07\nNote: yes.\n-----\nand <b>no</b>.\n-----\n"
    ping = "PING:\nTITLE: Other\nURL: https://other.example/\nBLOG NAME: reader-2's\n"
    ping += "DATE: 11/14/2008 03:04:07 AM\nSeen.\n-----\n"
    first, second = read(f"{head.format('One')}{comment}{ping}--------\n{head.format('One')}--------\n")
    assert [(c.kind, c.author, c.published, c.text) for c in first.comments] == [
        ("comment", None, "2008-11-13T15:04:07", "Note: yes.\n-----\nand no."),
        ("ping", "reader-2's", "2008-11-14T03:04:07", "Seen."),
    ]
    assert (first.thread_id, second.thread_id, second.comments) == ("one", "one~2", ())


ROWS = [
    {"id": "c1", "date": "2024-10-20 12:26:19", "content": STAY, "username": "reader-1", "parent_id": ""},
    {
        "id": "c2",
        "date": "2024-10-20 12:39:02",
        "content": "It should go, and soon.",
        "username": "",
        "parent_id": "c1",
    },
]
FOUND = [
    ("c1", None, "reader-1", "2024-10-20T12:26:19", STAY),
    ("c2", "c1", None, "2024-10-20T12:39:02", "It should go, and soon."),
]


def written(rows, delimiter=","):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_table_of_comments(delimiter, encoding):
    (thread,) = read(written(ROWS, delimiter).encode(encoding))
    assert (thread.format, entries(thread)) == ("table", FOUND)


def test_table_in_parquet():
    data = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), data)
    (thread,) = read(data.getvalue())
    assert entries(thread) == FOUND
    with pytest.raises(ReadError, match="page: expected a table in Parquet, found damage"):
        read(data.getvalue()[:-9])


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {at}")
        for row in [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_table_in_a_workbook():
    rows = [{**row, "date": datetime.fromisoformat(row["date"])} for row in ROWS]
    data = workbook([], rows)
    (thread,) = read(data)
    assert (thread.format, entries(thread)) == ("table", FOUND)
    numbered = [{**row, "id": float(at), "parent_id": float(at - 1) or None} for at, row in enumerate(ROWS, 1)]
    assert [comment.comment_id for comment in read(workbook(numbered))[0].comments] == ["1", "2"]
    with pytest.raises(ReadError, match="page: expected a workbook with one table, found several sheets: 'sheet 0'"):
        read(workbook(ROWS, ROWS))
    with pytest.raises(ReadError, match=r"page: expected a workbook \(XLSX\), found damage: BadZipFile\. Save its"):
        read(data[:-30])
    with pytest.raises(ReadError, match="found a table with labels"):
        read(workbook([{**row, "stance": "favor"} for row in ROWS]))


@pytest.mark.parametrize("at", range(0, 4000, 97))
def test_damaged_workbook_gives_a_read_error_or_the_table(at):
    data = bytearray(workbook(ROWS))
    data[at % len(data)] ^= 0x5A
    with contextlib.suppress(ReadError):
        assert read(bytes(data))


def test_table_of_several_threads_and_a_row_without_words():
    rows = [{**row, "post_id": post, "content": row["content"]} for post in ("p1", "p2") for row in ROWS]
    first, second = read(written(rows))
    assert (first.thread_id, second.thread_id) == ("p1", "p2")
    assert entries(first) == entries(second) == FOUND


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (written([{**row, "stance": "favor"} for row in ROWS]), "found a table with labels (column 'stance'): that is"),
        (
            "year,id,rain\n" + "1990,1,5\n" * 6,
            "found a table with the columns ['year', 'id', 'rain'], no two of which",
        ),
        (
            'id,date,text,name\n1,2,c,d\n1,2,"a\n' + "b" * 200_000,
            "line 4: expected a row of a table, found field larger than",
        ),
        ("Body ID,articleBody\n" + '1,"One, two.\n\nThree."\n' * 6, "found a table with the columns ['Body ID', "),
        ("#!/bin/sh\necho words\n", "found a program. Only pages and exports"),
        ("import os\n\n\ndef main():\n    return os.name\n" * 5, "found a program's source. Only pages"),
        ("CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n", "found a database dump."),
        ("BEGIN:VCARD\nVERSION:4.0\n", "found a file of contacts or dates."),
        (
            "From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n<html>",
            "as one MHTML file. Save it as HTML",
        ),
        (b"%PDF-1.4\nwords", "found a PDF document. Save the page itself."),
        (
            b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml word/document.xml",
            "found a Word document. Save it as plain text.",
        ),
    ],
)
def test_what_is_no_page_is_named(data, message):
    with pytest.raises(ReadError, match=re.escape(message)):
        read(data)


def test_xml_of_another_root_is_read_by_shape():
    thread = fixture("other-root.xml")
    assert thread.format == "xml"
    assert entries(thread) == [
        ("1", None, "reader-1", "2015-06-25T18:16", STAY),
        ("2", None, "reader-2", "2015-06-25T18:20", GO),
    ]


def test_xml_with_attributes_and_markup():
    (thread,) = read(
        "<?xml version='1.0'?><forum>"
        "<row Id='1' Text='Stay' CreationDate='2015-06-25T18:16:00.1' UserDisplayName='reader-1'/>"
        "<row Id='2' ParentId='1' CreationDate='2015-06-25T18:17:00' UserDisplayName='reader-2'>"
        "<Text>Go <b>now</b></Text></row></forum>"
    )
    assert entries(thread) == [
        ("1", None, "reader-1", "2015-06-25T18:16:00", "Stay"),
        ("2", "1", "reader-2", "2015-06-25T18:17:00", "Go now"),
    ]


def test_xml_that_declares_entities_is_refused():
    with pytest.raises(ReadError, match="found a document type that declares entities"):
        read("<?xml version='1.0'?><!DOCTYPE note [<!ENTITY b 'c'>]><note><d>&b;</d></note>")


def test_words_behind_a_sign_are_no_xml():
    assert read("<grin> Well.\n\nreader-1, May 1, 2024\n")[0].format in ("html", "text_dump")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, _zstd().compress])
def test_every_packing_is_unpacked_and_damage_is_said(pack):
    data = pack(written(ROWS * 500).encode())
    assert len(read(data)[0].comments) == 2
    with pytest.raises(ReadError, match=r"page: expected a whole (gzip|bzip2|xz|zstd) file, found damage after"):
        read(data[:-6])


def test_a_reference_to_half_a_sign_is_refused_in_a_sentence():
    with pytest.raises(ReadError, match="found a reference to half of one, such as &#xD800;"):
        read("<list><note><who>reader-1</who><said>So &#xD800; be it.</said></note></list>")
