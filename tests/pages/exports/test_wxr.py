"""WordPress exports: what is kept, left out and counted, times, repair of broken XML, refusals."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import ReadError
from stance.pages.exports import wxr
from stance.pages.exports._xml import records
from stance.pages.exports._xml.window import root_name

FIXTURES = Path(__file__).parents[1] / "fixtures/exports"


def read(name):
    return list(wxr.parse(io.BytesIO((FIXTURES / name).read_bytes()), name))


def parse(xml, url=None):
    return list(wxr.parse(io.BytesIO(xml), "export.xml", url))


def names(thread):
    return [finding.name for finding in thread.findings]


def item(comments="", fields="<title>Ferry</title><wp:post_id>7</wp:post_id>"):
    return f"<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel><item>{fields}{comments}</item></channel></rss>"


def comment(**fields):
    inside = "".join(f"<wp:comment_{name}>{value}</wp:comment_{name}>" for name, value in fields.items())
    return f"<wp:comment>{inside}</wp:comment>"


def test_export_is_recognised_by_its_words():
    for name in ("wordpress-1.2.xml", "wordpress-1.0-broken.xml"):
        assert wxr.matches((FIXTURES / name).read_bytes()[:65536])
    assert wxr.matches('<rss version="2.0"><wp:wxr_version>'.encode("utf-16"))
    assert not wxr.matches(b"<rss version='2.0'><channel><item>")


def test_a_thread_for_each_post_with_comments_or_open_to_them():
    first, page, again = read("wordpress-1.2.xml")
    assert (first.thread_id, first.url) == (
        "blog.example.org/2016/09/ferry",
        "https://blog.example.org/2016/09/ferry/",
    )
    assert first.title == "Should the ferry stay? – a question"
    assert first.text == ("The council will decide about the ferry.\n\nA tag such as <item> in a section: is text.")
    assert (page.title, page.comments) == ("About", ())
    assert again.thread_id == "blog.example.org/2016/09/ferry~14"
    assert {thread.format for thread in (first, page, again)} == {"wxr"}


def test_entries_authors_times_and_parents():
    comments = read("wordpress-1.2.xml")[0].comments
    assert [(c.comment_id, c.parent_id, c.author, c.published, c.kind) for c in comments] == [
        ("101", None, "reader-1", "2016-09-20T15:30:12+02:00", "comment"),
        ("102", "101", "reader-2 & sons", "2016-09-20T16:01:00+02:00", "comment"),
        ("106", None, "Ferries of the north", "2016-09-21T08:00:00", "ping"),
        ("102~2", None, None, "2016-09-22T06:00:00+00:00", "comment"),
        ("text-b2df01a234f4", None, "reader-4", None, "comment"),
    ]
    assert [c.text for c in comments] == [
        "The ferry is slow.\n\nBut it is ours,\nand a bridge & its toll are not.",
        "> But it is ours\n\nSo was the mill. See the mill's story.",
        "[…] as Bridges & Ferries asks […]",
        "An id used twice, and a parent that is gone.",
        "Only a name and words.",
    ]


def test_what_is_left_out_or_repaired_is_found_by_name():
    first, _, again = read("wordpress-1.2.xml")
    assert names(first) == ["held_entries", "spam_entries", "trashed_entries", "doubled_id", "orphan_reply"]
    assert [finding.message for finding in first.findings[:3]] == [
        f"left out: 1 {w}" for w in ("held", "spam", "trashed")
    ]
    assert names(again) == ["self_reply"]


def test_clock_that_no_zone_explains_gives_no_offset():
    assert read("wordpress-1.2.xml")[2].comments[0].published == "2016-09-23T10:00:00"


def test_damage_stays_in_its_record():
    first, second = read("wordpress-1.0-broken.xml")
    assert first.title == "Tea & coffee é la carte"
    assert first.url == "http://old.example.org/?p=1&page=2"
    assert [(c.comment_id, c.parent_id, c.author, c.text) for c in first.comments] == [
        ("1", None, "reader-1", "Raw markup here\nand 1 < 2 & so on"),
        ("2", "1", "reader-é", "Two encodings: é and é, a bell too"),
        ("3", None, "reader-3", "Not closed."),
        ("4", None, "reader-4", "Sound again."),
    ]
    assert names(first) == ["not_well_formed", "cut_off"]
    assert "3 records" in first.findings[0].message
    assert "line 7" in first.findings[1].message
    assert second.comments[0].text == "The file ends in the mid"
    assert names(second) == ["cut_off"]


def test_section_that_its_own_words_end_too_early():
    words = "<![CDATA[Write a[b[0]]>1 && <em>not</em> <b>else]]>"
    (thread,) = parse(item(comment(id="1", content=words) + comment(id="2", content="Sound.")).encode())
    assert [c.text for c in thread.comments] == ["Write a[b[0]]>1 && not else", "Sound."]


def test_numbers_of_no_character_are_dropped():
    words = "a&#55296;b&#xDFFF;c&#7;d&#x110000;e&#" + "9" * 5000 + ";f&#233;g&#xFFFE;h & i"
    (thread,) = parse(item(comment(id="1", content=words)).encode())
    assert thread.comments[0].text == "abcdefégh & i"


def test_entity_that_nothing_declares_behind_a_remark_that_opens_a_section():
    (thread,) = parse(
        item("<!-- <![CDATA[ --><link>&ferry;<b/></link> ]]>" + comment(id="1", content="Sound.")).encode()
    )
    assert [c.text for c in thread.comments] == ["Sound."]
    assert names(thread) == ["not_well_formed"]


def test_unreadable_comment_is_counted():
    (thread,) = parse(item("<wp:comment><<<></wp:comment>" + comment(id="2", content="Sound.")).encode())
    assert [c.comment_id for c in thread.comments] == ["2"]
    assert names(thread) == ["unreadable_entries", "not_well_formed"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252", "koi8-r"]
)
def test_declared_or_visible_encoding(encoding):
    words = "Пар" if encoding == "koi8-r" else "Fähre" if encoding != "windows-1252" else "Fähre – “neu”"
    xml = f"<?xml version='1.0' encoding='{encoding}'?>\n" + item(comment(id="1", content=words))
    assert parse(xml.encode(encoding))[0].comments[0].text == words


def test_encoding_that_is_declared_wrongly_is_read_as_what_it_is():
    xml = "<?xml version='1.0' encoding='utf-16'?>" + item(comment(id="1", content="Fähre"))
    assert parse(xml.encode())[0].comments[0].text == "Fähre"
    xml = "<?xml version='1.0' encoding='UTF-8'?>" + item(comment(id="1", content="Fähre – neu"))
    assert parse(xml.encode("cp1252"))[0].comments[0].text == "Fähre – neu"


def test_address_given_stands_in_for_a_missing_link_else_the_post_id():
    assert parse(item().encode(), "https://example.org/ferry/")[0].thread_id == "example.org/ferry"
    assert parse(item().encode())[0].thread_id == "7"
    assert parse(item(fields="<title>The Ferry!</title>").encode())[0].thread_id == "the-ferry"


def test_export_without_items_is_refused():
    with pytest.raises(
        ReadError, match=r"export.xml: expected a WordPress export with posts, found one without any <item>"
    ):
        parse(b"<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel></channel></rss>")


BOMB = "<!DOCTYPE rss [\n<!ENTITY a 'boat'>\n" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>\n" for n in range(9)
)


@pytest.mark.parametrize("subset", [BOMB + "]>", "<!DOCTYPE rss [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>\n]>"])
def test_entities_are_refused_with_their_place(subset):
    xml = "<?xml version='1.0'?>\n" + subset + item(comment(id="1", content="&x;&j;"))
    with pytest.raises(ReadError, match=r"export.xml line 3: .* declares entities.* Remove the <!DOCTYPE"):
        parse(xml.encode())


def test_document_type_that_only_names_a_file_is_passed_over_and_nothing_is_read(tmp_path):
    secret = tmp_path / "secret.dtd"
    secret.write_text("<!ENTITY x 'secret words'>")
    xml = f"<!DOCTYPE rss SYSTEM '{secret.as_uri()}'>" + item(comment(id="1", content="a &x; b"))
    assert parse(xml.encode())[0].comments[0].text == "a &x; b"


@pytest.mark.parametrize("inside", ["<b>" * 100_000, "<b>" * 100_000 + "</b>" * 100_000, "&lt;b&gt;" * 100_000])
def test_deep_markup_takes_bounded_time(inside):
    (thread,) = parse(item(comment(id="1", content=inside + "words") + comment(id="2", content="Sound.")).encode())
    assert thread.comments[-1].text == "Sound."


@pytest.mark.parametrize("opens", [b"<![", b"<?x ", b"<!--x", b"<![]"])
def test_a_prolog_without_end_takes_bounded_time(opens):
    assert root_name(opens * 250_000) == ""


def test_record_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("stance.pages.exports._xml.window._LARGEST_RECORD", 1 << 20)
    with pytest.raises(ReadError, match=r"export.xml line 1: expected a record of at most 1 MiB"):
        parse(item(comment(id="1", content="x" * (5 << 20))).encode())


def test_times_of_items_are_read_in_one_pass_whatever_the_order_of_fields():
    fields = "<title>Ferry</title>"
    behind = "<wp:post_id>9</wp:post_id><link>https://example.org/9</link>"
    xml = item(fields=fields + comment(id="1", content="A") + "<wp:postmeta/>" + comment(id="2", content="B") + behind)
    (thread,) = parse(xml.encode())
    assert (thread.thread_id, [c.text for c in thread.comments]) == ("example.org/9", ["A", "B"])


PIECES = [
    "<wp:comment_content>",
    "</wp:comment_content>",
    "<![CDATA[",
    "]]>",
    "<!-- ",
    " -->",
    "</wp:comment>",
    "&amp;",
]
PIECES += ["<wp:comment>", "words", "<?x ", "?>", "&", "<item>", "</item>", "<wp:comment_author>a</wp:comment_author>"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), min_size=1, max_size=4))
def test_records_read_together_are_those_read_one_by_one(bodies):
    comments = "".join(f"<wp:comment><wp:comment_id>{n}</wp:comment_id>{b}</wp:comment>" for n, b in enumerate(bodies))
    export = f'<rss xmlns:wp="http://wordpress.org/export/1.2/"><item>{comments}</item></rss>'.encode()

    def read():
        return list(records.read_records(io.BytesIO(export), "x.xml", ["item"], inner="wp:comment"))

    together = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_BATCH", 1)
        patch.setattr(records, "_end_of_plain", lambda window, passed, place, closing: place)
        assert read() == together
