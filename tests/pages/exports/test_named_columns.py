"""Tables of unlabelled comments whose columns are named in the words of a dataset's `columns`."""

import json

import pytest

from stance import ReadError, read_pages
from stance.dataset.tables import _cards
from stance.thread import COMMENT_COLUMNS

ROWS = [
    {
        "nr": "1",
        "wer": "reader-1",
        "gesagt": "The ferry was late.",
        "auf": "",
        "wann": "2016-09-20T15:30",
        "wo": "quay",
    },
    {"nr": "2", "wer": "reader-2", "gesagt": "No.", "auf": "1", "wann": "2016-09-20T15:31", "wo": "quay"},
    {"nr": "3", "wer": "", "gesagt": "A toll, then.", "auf": "", "wann": "", "wo": "bridge"},
]
COLUMNS = {
    **{"comment_id": "nr", "author": "wer", "text": "gesagt", "parent_id": "auf", "published": "wann"},
    **{"thread_id": "wo"},
}
EXPECTED = [
    ("1", None, "reader-1", "2016-09-20T15:30", "The ferry was late."),
    ("2", "1", "reader-2", "2016-09-20T15:31", "No."),
    ("3", None, None, None, "A toll, then."),
]


def write(folder, kind):
    path = folder / f"table.{kind}"
    if kind in ("csv", "tsv"):
        sign = "," if kind == "csv" else "\t"
        lines = [sign.join(f'"{cell}"' for cell in row) for row in (list(ROWS[0]), *(row.values() for row in ROWS))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif kind in ("jsonl", "json"):
        path.write_text("\n".join(map(json.dumps, ROWS)) if kind == "jsonl" else json.dumps(ROWS), encoding="utf-8")
    elif kind == "parquet":
        import pyarrow
        from pyarrow.parquet import write_table

        write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        book = pytest.importorskip("openpyxl").Workbook()
        for row in (list(ROWS[0]), *(list(row.values()) for row in ROWS)):
            book.active.append(row)
        book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json", "parquet", "xlsx"])
def test_a_table_of_any_kind_is_read_by_the_names_of_its_columns(tmp_path, kind):
    threads = list(read_pages(write(tmp_path, kind), columns=COLUMNS))
    assert [thread.thread_id for thread in threads] == ["quay", "bridge"]
    found = [
        (each.comment_id, each.parent_id, each.author, each.published, each.text)
        for thread in threads
        for each in thread.comments
    ]
    assert found == EXPECTED


def test_a_text_alone_is_enough(tmp_path):
    threads = list(read_pages(write(tmp_path, "csv"), columns={"text": "gesagt"}))
    assert [comment.text for thread in threads for comment in thread.comments] == [row[4] for row in EXPECTED]


def test_the_words_are_those_of_a_dataset():
    assert [word for word in _cards.CELLS if word in COMMENT_COLUMNS] == list(COMMENT_COLUMNS)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"txt": "gesagt"},
            "`columns` has 'txt'; a comment has text, author, thread_id, comment_id, parent_id, published. "
            "Did you mean 'text'?",
        ),
        ({"author": "wer"}, "`columns`: expected which column is `text`, found author"),
        (
            {"text": "gesakt"},
            "expected the column 'gesakt' (`columns`: text), found ['nr', 'wer', 'gesagt', 'auf', 'wann', 'wo']. "
            "Did you mean 'gesagt'?",
        ),
    ],
)
def test_what_is_no_word_and_no_column_is_said(tmp_path, columns, message):
    with pytest.raises(ReadError) as refused:
        list(read_pages(write(tmp_path, "csv"), columns=columns))
    assert str(refused.value).endswith(message)


def test_the_command_takes_the_same_words(tmp_path, capsys):
    from stance.pages.__main__ import main

    path = write(tmp_path, "csv")
    assert main([str(path), "--columns", "{text: gesagt, author: wer, thread_id: wo}"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["author"], line["text"]) for line in lines] == [(row[2], row[4]) for row in EXPECTED]
    with pytest.raises(SystemExit):
        main([str(path), "--columns", "text"])
    assert "expected words and columns such as {text: body, author: who}, got 'text'" in capsys.readouterr().err
