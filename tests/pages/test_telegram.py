"""Telegram Desktop's export of a chat as HTML, one file and several together."""

from pathlib import Path

from stance.pages import read_pages

FOLDER = Path(__file__).parent / "fixtures" / "telegram"


def test_the_files_of_a_chat_are_one_thread_with_answers_across_them(tmp_path):
    for name in ("messages.html", "messages2.html"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    last = (
        (FOLDER / "messages2.html").read_text("utf-8").replace("message5", "message8").replace("message7", "message9")
    )
    (tmp_path / "messages10.html").write_text(last.replace("message6", "message10"), "utf-8")
    (tmp_path / "other.html").write_text("<html><body><p>The ferry was late.</p></body></html>")
    chat, other = read_pages(tmp_path)
    assert other.comments == ()
    assert (chat.thread_id, chat.title, chat.format) == ("the-footbridge", "The footbridge", "html")
    assert [(each.comment_id, each.parent_id, each.author, each.published, each.text) for each in chat.comments] == [
        ("2", None, "reader-1", "2024-05-01T10:00:00+02:00", "The bridge should stay.\nWho pays?"),
        ("3", None, "reader-1", "2024-05-01T10:01:09+02:00", "I do not."),
        ("4", "2", "reader-2", "2024-05-01T11:00:00+02:00", "It should go."),
        ("5", "3", "reader-2", "2024-05-01T11:02:00+02:00", ""),
        ("7", None, None, "2024-05-02T08:00:00", "Why?"),
        ("8", "3", None, "2024-05-01T11:02:00+02:00", ""),
        ("9", None, None, "2024-05-02T08:00:00", "Why?"),
    ]
    assert [(finding.name, finding.message) for finding in chat.findings] == [
        ("service_entries", "left out: 3 service"),
        ("wordless_entries", "2 entries hold no words: a picture, a sticker or a recording alone"),
    ]


def test_one_file_of_a_chat_says_which_answers_lead_out_of_it():
    (chat,) = read_pages(FOLDER / "messages2.html")
    assert [(each.comment_id, each.parent_id, each.author) for each in chat.comments] == [
        ("5", None, None),
        ("7", None, None),
    ]
    assert [finding.name for finding in chat.findings] == ["service_entries", "orphan_reply", "wordless_entries"]


def test_messages_without_ids_or_with_impossible_times_are_read(tmp_path):
    page = (
        (FOLDER / "messages.html").read_text("utf-8").replace(' id="message2"', "").replace("01.05.2024", "41.05.2024")
    )
    (tmp_path / "chat.html").write_text(page, "utf-8")
    (chat,) = read_pages(tmp_path / "chat.html")
    assert [comment.published for comment in chat.comments] == [None, None, None]
    assert chat.comments[0].comment_id.startswith("text-")
