"""Context made from a table itself: the parent, the thread so far, to a limit; what was erased is nobody's context."""

import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import load_table
from stance.dataset._table_context import check_context, with_contexts
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables import read_table
from stance.errors import InputError
from stance.thread import Comment, Thread
from stance.thread.context import contexts_of
from tests.dataset.tables.test_tables import shipped

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
LABELS = ("against", "none", "favor")
# thread q stands between the rows of p, and in p a reply before what it answers
ROWS = """id,post,parent,who,when,words,above,final
1,p,,reader-1,2020-02-03T10:00,The ferry is late.,as published,against
4,p,3,reader-2,2020-02-03T10:03,It is a joy.,as published,favor
1,q,,reader-3,,A bridge at last!,as published,favor
2,p,1,reader-2,2020-02-03T10:09,Late but lovely.,as published,favor
3,p,1,reader-3,2020-02-03T10:02,It has sunk twice.,as published,against
2,q,9,reader-1,,Whom does this answer?,as published,none
5,p,2,reader-1,2020-02-03T10:10,See you on board.,,none
"""
COLUMNS = {
    "comment_id": "id",
    "thread_id": "post",
    "parent_id": "parent",
    "author": "who",
    "published": "when",
    "text": "words",
    "label": "final",
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ferry.csv"
    path.write_text(ROWS)
    return path


def load(path, **options):
    columns = options.pop("columns", COLUMNS)
    return load_table(path, LABELS, columns, target="the crossing", duplicates="group", **options)


def contexts(dataset):
    frame = dataset.to_frame()
    return dict(zip(frame["example_id"], frame["context"], strict=True))


def test_the_parent_is_the_text_of_the_row_with_that_id_in_the_same_thread(path):
    assert contexts(load(path, context="parent")) == {
        "p#1": "",
        "p#4": "It has sunk twice.",
        "q#1": "",
        "p#2": "The ferry is late.",
        "p#3": "The ferry is late.",
        "q#2": "",  # what it answers is not in the table
        "p#5": "Late but lovely.",
    }


def test_the_thread_so_far_has_neither_the_comment_itself_nor_a_later_one(path):
    found = contexts(load(path, context="thread"))
    first = "The ferry is late."
    assert found["p#1"] == ""
    assert found["p#3"] == first  # comment 4, its answer, stands before it in the table
    assert found["p#4"] == f"{first}\n\nIt has sunk twice."
    assert found["p#2"] == f"{first}\n\nIt has sunk twice.\n\nIt is a joy."
    assert found["p#5"] == f"{first}\n\nIt has sunk twice.\n\nIt is a joy.\n\nLate but lovely."
    assert (found["q#1"], found["q#2"]) == ("", "A bridge at last!")


def test_by_its_date_a_comment_is_later_wherever_it_stands(tmp_path):
    path = tmp_path / "turned.csv"
    header, *rows = ROWS.splitlines()
    path.write_text("\n".join([header, rows[6], rows[3], rows[0]]) + "\n")  # 5, 2, 1: the newest first
    assert contexts(load(path, context="thread"))["p#1"] == ""


def test_a_limit_keeps_the_end_that_is_nearest_and_cuts_no_word(path):
    found = contexts(load(path, context="thread", context_limit=30))
    assert found["p#2"] == "has sunk twice.\n\nIt is a joy."
    assert contexts(load(path, context="parent", context_limit=12))["p#4"] == "sunk twice."
    published = COLUMNS | {"context": "above"}
    assert contexts(load(path, columns=published, context_limit=9))["p#1"] == "published"


def test_what_the_table_says_is_kept_unless_something_else_is_asked_for(path):
    published = COLUMNS | {"context": "above"}
    assert contexts(load(path, columns=published)) == contexts(load(path, context="none")) | dict.fromkeys(
        ("p#1", "p#4", "q#1", "p#2", "p#3", "q#2"), "as published"
    )
    assert set(contexts(load(path, columns=published, context="none")).values()) == {""}
    assert contexts(load(path, columns=published, context="parent"))["p#5"] == "Late but lovely."
    assert load(path, columns=published).about["config"]["context"] == "column"
    assert load(path).about["config"]["context"] == "none"  # there is no such column


def test_threads_that_the_replies_make_have_contexts_too(path):
    columns = {word: column for word, column in COLUMNS.items() if word != "thread_id"}
    kept = [row for row in ROWS.splitlines() if ",q," not in row]
    path.write_text("\n".join(kept) + "\n")
    assert contexts(load(path, columns=columns, context="parent"))["5"] == "Late but lovely."
    assert contexts(load(path, columns=columns, context="thread"))["3"] == "The ferry is late."


def test_a_comment_with_several_targets_stands_once_in_the_thread(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text(
        "id,post,parent,words,about,final\n1,p,,Dear and late.,price,against\n1,p,,Dear and late.,time,against\n"
        "2,p,1,Not so.,price,favor\n2,p,1,Not so.,time,favor\n3,p,2,No?,price,none\n"
    )
    columns = {name: COLUMNS[name] for name in ("comment_id", "thread_id", "parent_id", "text", "label")}
    found = contexts(load_table(path, LABELS, columns | {"target": "about"}, context="thread"))
    assert found == {
        "p#1@price": "",
        "p#1@time": "",
        "p#2@price": "Dear and late.",
        "p#2@time": "Dear and late.",
        "p#3": "Dear and late.\n\nNot so.",
    }


@pytest.mark.parametrize("kind", ["parent", "thread"])
def test_an_erased_comment_is_nobodys_context_however_short_it_is(path, kind):
    found = contexts(load(path, context=kind, erase="reader-1"))
    assert set(found) == {"p#4", "q#1", "p#2", "p#3"}
    assert not any("late." in text for text in found.values())
    assert found["p#4"] == "It has sunk twice."


def test_masks_reach_the_context(tmp_path):
    path = tmp_path / "masks.csv"
    path.write_text("id,parent,words,final\n1,,see https://example.org/a now,none\n2,1,I did,favor\n")
    columns = {"comment_id": "id", "parent_id": "parent", "text": "words", "label": "final"}
    found = load_table(path, LABELS, columns, target="x", context="parent", mask=["urls"])
    assert contexts(found)["2"] == "see [url] now"


def test_chunks_stay_chunks_and_threads_are_forgotten_with_their_last_row(path, monkeypatch):
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 2)
    whole = contexts(load(path, context="thread"))
    table = read_table(path, LABELS, COLUMNS, target="the crossing")
    chunks = list(with_contexts(table, table.chunks(), "thread"))
    assert [chunk.num_rows for chunk in chunks] == [2, 2, 2, 1]
    assert all(chunk.schema == next(table.chunks()).schema for chunk in chunks)
    rows = pa.concat_tables(chunks)
    assert dict(zip(rows["example_id"].to_pylist(), rows["context"].to_pylist(), strict=True)) == whole


def test_rows_that_are_in_the_order_of_their_page_have_the_contexts_that_a_study_gives_them(tmp_path):
    @given(
        st.lists(
            st.tuples(st.integers(0, 9), st.sampled_from(["", "2020-01-01T10:00", "2020-01-02T10:00", "2020-01-03"])),
            min_size=1,
            max_size=9,
        ),
        st.sampled_from(["parent", "thread"]),
        st.sampled_from([0, 8, 20]),
    )
    def check(drawn, kind, limit):
        comments = [
            Comment(f"c{at}", f"c{up % at}" if at and up % (at + 1) else None, None, when or None, f"word{at} said")
            for at, (up, when) in enumerate(drawn)
        ]
        rows = [f"{c.comment_id},p,{c.parent_id or ''},,{c.published or ''},{c.text},,none" for c in comments]
        path = tmp_path / "drawn.csv"
        path.write_text("\n".join([ROWS.splitlines()[0], *rows]) + "\n")
        table = read_table(path, LABELS, COLUMNS, target="x")
        (chunk,) = with_contexts(table, table.chunks(), kind, limit)
        assert chunk["context"].to_pylist() == contexts_of(Thread("p", None, "", tuple(comments)), kind, limit)

    check()


def test_what_cannot_be_asked_of_a_table_is_said_all_at_once(path):
    with pytest.raises(InputError) as caught:
        load(path, context="parents", context_limit=-1)
    assert str(caught.value).splitlines() == [
        "context: expected one of ['column', 'none', 'parent', 'thread'], found 'parents'. Did you mean 'parent'?",
        "context_limit: expected 0 (none) or more characters, found -1",
    ]
    with pytest.raises(InputError, match=r"found 'title'\. A table has no post\.$"):
        load(path, context="title")
    columns = {"comment_id": "id", "parent": "parent", "text": "words"}
    with pytest.raises(InputError) as caught:
        load(path, columns=columns, context="parent")
    assert str(caught.value) == (
        "context: parent needs parent_id in `columns`, found ['comment_id', 'parent', 'text']. Did you mean 'parent'?"
    )
    with pytest.raises(InputError, match="context: thread needs thread_id in `columns`, found "):
        check_context("thread", 0, {"text": "words"})
    check_context("thread", 0, {"text": "words", "thread_id": "post"})


def published(name, folder, **options):
    if not (DATA / folder).exists():
        pytest.skip(f"{folder} is not at {DATA / folder}; set STANCE_DATA to the folder that holds it")
    return load_table(DATA / folder, **shipped(name) | options).to_frame()


def test_in_mt_csd_the_parent_is_the_row_with_its_id():
    frame = published("mt_csd", "mt_csd_reddit_threads", context="parent")
    assert len(frame) > 8000
    texts = dict(zip(zip(frame["thread_id"], frame["comment_id"], strict=True), frame["text"], strict=True))
    answers = frame[frame["parent_id"].notna()]
    expected = [texts[key].strip() for key in zip(answers["thread_id"], answers["parent_id"], strict=True)]
    assert answers["context"].tolist() == expected
    assert set(frame["context"][frame["parent_id"].isna()]) == {""}
    assert set(published("mt_csd", "mt_csd_reddit_threads")["context"]) == {""}


def test_in_mt_csd_the_thread_so_far_ends_with_what_stands_before_the_comment():
    frame = published("mt_csd", "mt_csd_reddit_threads", context="thread", context_limit=500)
    assert frame["context"].str.len().max() <= 500
    before = frame.groupby("thread_id")["text"].shift().fillna("")
    for context, text in zip(frame["context"], before, strict=True):
        assert context.endswith(text.strip()[-100:]) or len(text) > 400


def test_in_fanchuan_the_parents_that_are_published_are_those_that_are_found():
    by_column, by_id = (published("fanchuan", "fanchuan", context=kind) for kind in ("column", "parent"))
    # nine more answer a comment of which only [deleted] is left, which is no text
    assert (by_id["context"] != "").sum() == 1296
    assert by_column["context"].str.strip().tolist() == by_id["context"].tolist()
