"""What each key of a table's YAML means: the one place for docs/tables.md, for `--help`, and for what is known.

A default is in the signature of `load_table`; that every parameter of it is here, a test holds.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """What a key means, in a line, and an example of it as YAML."""

    meaning: str
    example: str


# what both a study and a table are asked
CHOICES = {
    "context_limit": Key("characters of the context that are kept; 0: no limit", "context_limit: 500"),
    "adjudication": Key(
        "the label where annotators differ: majority, unanimous, dawid_skene, mace, or annotator",
        "adjudication: unanimous",
    ),
    "annotator": Key("whose label counts with adjudication=annotator, or decides a tie", "annotator: coder_1"),
    "authors": Key("sequential: author-01; keyed: alike in every study; keep: names, with a reason", "authors: keyed"),
    "mask": Key(
        "what is replaced in texts: mentions, emails, urls, names, spacy:<package or folder>", "mask: [mentions, urls]"
    ),
    "duplicates": Key("texts that are alike: group (never parted by folds) or drop", "duplicates: drop"),
    "near_duplicates": Key(
        "0.5 to 1: the least share of common word pairs that makes two texts near duplicates", "near_duplicates: 0.8"
    ),
    "metric": Key("what the task is judged by, of the metrics of a confusion matrix", "metric: favor_against_f1"),
}

STUDY = CHOICES | {
    "study": Key("a study's folder", "study: seeds/awl"),
    "targets": Key("those of the card that are wanted; null: all", "targets: [a yearly fee]"),
    "unit": Key("comment, paragraph or sentence", "unit: sentence"),
    "context": Key("none, parent, thread, title or post: what is known beside the unit", "context: parent"),
}

FOLDER = {"path": Key("a folder that `stance build` wrote", "path: outputs/datasets/ferry-97adea28")}

TABLE = CHOICES | {
    "path": Key(
        "a file, a pattern such as parts/*.csv, a zip, a folder with `files` in it, or a name on the hub",
        "path: data/table.csv",
    ),
    "labels": Key("the label set, in its order", "labels: [against, none, favor]"),
    "columns": Key("which column of the table is which word of an example", "columns: {text: comment}"),
    "name": Key("the dataset's name; null: the name of the path", "name: ferry"),
    "about": Key("what the dataset's card says of it", "about: {language: en}"),
    "target": Key("the target of all rows, where no column and no file says it", "target: the ferry"),
    "label_values": Key(
        'the label that a value of the table means; "" for no label', 'label_values: {"0": against, "9": ""}'
    ),
    "split_values": Key("train, validation or test for a value of the split", "split_values: {dev: validation}"),
    "files": Key("the files in the folder or zip, and what holds for each", "files: [{path: table.csv}]"),
    "annotator_columns": Key("columns with one annotator's labels each", "annotator_columns: [coder_1, coder_2]"),
    "annotations": Key(
        "a second file, with a row for each comment and annotator",
        "annotations: {path: long.csv, comment_id: id, annotator: who, label: said}",
    ),
    "label_columns": Key(
        "columns with the label toward one target each, and that target",
        "label_columns: {on_ferry: the ferry, on_bridge: the bridge}",
    ),
    "separator": Key("what parts the labels where a cell has several", 'separator: ";"'),
    "bins": Key(
        "the numbers that mean a label, from and to, null for no end; a shared end belongs to the upper label",
        "bins: {against: [null, -1], none: [-1, 1], favor: [1, null]}",
    ),
    "join": Key(
        "second tables, whose columns come beside by a key",
        "join: [{path: people.csv, key: who, columns: {origin: town}}]",
    ),
    "where": Key(
        "the values that a column must have; other rows are counted as `where`", "where: {language: [en, de]}"
    ),
    "extra": Key("columns kept beside, for folds, groups and the error analysis", "extra: [language, likes]"),
    "published_format": Key(
        "how times are written: as in strptime, unix or unix_ms; null: ISO 8601", 'published_format: "%d.%m.%Y"'
    ),
    "bad_rows": Key("refuse, or drop: rows that cannot be read are left out and counted", "bad_rows: drop"),
    "format": Key(
        "csv, tsv, json, jsonl, parquet, xlsx, lines or datasets; null: by the ending of the file", "format: csv"
    ),
    "sheet": Key("the sheet of an Excel workbook; null: the only one", "sheet: labels"),
    "encoding": Key("of text files; a mark at the beginning of a file goes before", "encoding: cp1252"),
    "delimiter": Key("what parts the cells of a row; null: the format's own", 'delimiter: ";"'),
    "quoting": Key("whether quotation marks enclose a cell", "quoting: false"),
    "context": Key("column (what the table's own column says), none, parent or thread", "context: parent"),
    "ordered": Key("whether labels go from one end to the other, for the agreement", "ordered: false"),
}

COLUMNS = {
    "text": Key("what was written", "text: comment"),
    "label": Key("the label that the table publishes", "label: stance"),
    "target": Key("what the stance is about", "target: topic"),
    "author": Key("who wrote it; a pseudonym in the dataset", "author: who"),
    "thread_id": Key("the thread that it stands in; without, each comment is one", "thread_id: page"),
    "comment_id": Key("its id; without, one is made of file and row", "comment_id: id"),
    "parent_id": Key("the id of the comment that it answers", "parent_id: answers"),
    "depth": Key("how many answers deep it stands, from 0", "depth: level"),
    "published": Key("when it was written", "published: posted"),
    "split": Key("train, validation or test", "split: part"),
    "context": Key("what is known beside the text, as the table has it", "context: title"),
    "annotators": Key("a list: who labelled it", "annotators: coders"),
    "annotator_labels": Key("a list: the label of each of them", "annotator_labels: codes"),
    "confidence": Key("a list: how sure each was", "confidence: sure"),
    "evidence": Key("a list: the words that each went by", "evidence: words"),
    "evidence_start": Key("a list: where these begin in the text, in characters", "evidence_start: at"),
}

FILES = {
    "path": Key("of the file, or a pattern", "path: train.csv"),
    "target": Key("of all rows of the file", "target: the ferry"),
    "split": Key("of all rows of the file: train, validation or test", "split: train"),
    "labels": Key("with format lines: the file with a label for each line", "labels: train_labels.txt"),
    "prefix": Key("set before thread ids, where files number their threads alike", "prefix: first"),
    "columns": Key("what the file's own columns are called; numbers, from 1, without a header", "columns: {text: 2}"),
    "sheet": Key("the sheet of an Excel workbook", "sheet: labels"),
}

ANNOTATIONS = {
    "path": Key("of the file, beside the first", "path: long.csv"),
    "comment_id": Key("its column with the comment's id", "comment_id: id"),
    "annotator": Key("its column that says who labelled", "annotator: who"),
    "label": Key("its column with the label", "label: said"),
    "thread_id": Key("its column with the thread's id, where comments have the same id in several", "thread_id: page"),
    "target": Key("its column with the target, where a comment has several", "target: topic"),
    "confidence": Key("its column that says how sure", "confidence: sure"),
    "evidence": Key("its column with the words that the label goes by", "evidence: words"),
}

JOIN = {
    "path": Key("of the second table, beside the first; or a pattern", "path: bodies.csv"),
    "key": Key("the column that both have, or {ours: theirs}", "key: {body: id}"),
    "columns": Key("which words of an example its columns give, as `columns` does", "columns: {context: words}"),
    "split": Key("of the rows that are found there", "split: test"),
    "format": Key("as `format`, where it is another than the first table's", "format: jsonl"),
    "sheet": Key("the sheet of an Excel workbook", "sheet: bodies"),
}

ABOUT = {
    "title": Key("in a line", "title: What readers say of the ferry"),
    "licence": Key("of the texts and labels", "licence: CC-BY-4.0"),
    "contact": Key("whom to ask", "contact: the authors of the paper"),
    "language": Key("ISO 639", "language: en"),
    "source": Key("where it comes from", "source: the paper"),
    "dates": Key("when the texts were written", "dates: 2021 to 2022"),
    "collected": Key("how the texts were found", "collected: every comment of the site"),
    "labelled_by": Key("who labelled, in words", "labelled_by: Two students"),
    "annotators": Key("person or model", "annotators: person"),
    "sensitive": Key("what is delicate about it", "sensitive: Political opinions"),
    "limits": Key("what it is not for", "limits: One site, one summer"),
    "authors_kept_because": Key(
        "why names stay, with authors=keep", "authors_kept_because: The writers sign with their office"
    ),
}

# keys that hold further keys, and what these mean
INSIDE = {"columns": COLUMNS, "files": FILES, "annotations": ANNOTATIONS, "join": JOIN, "about": ABOUT}
