"""Studies: a folder read as one thing, and what is said where a part of it does not fit."""

import hashlib
import json

import pytest
import yaml

from stance.errors import InputError, ReadError
from stance.study import DataStatement, PageCard, read_card, read_study
from stance.thread import Finding


def change(path, *changes):
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def change_page(study, content):
    """Put other bytes in the place of the page, and their checksum on the card."""
    page = study / "pages" / "ferry.json"
    old = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_bytes(content)
    change(study / "study.yaml", (old, hashlib.sha256(content).hexdigest()))


def refusal(read, path, error=InputError):
    with pytest.raises(error) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_card_is_read_in_the_encoding_that_its_mark_shows(study, encoding):
    path = study / "study.yaml"
    expected = read_card(path)
    path.write_bytes(path.read_text().encode(encoding))
    assert read_card(path) == expected


def test_a_study_is_card_threads_and_annotations(study):
    found = read_study(str(study))
    assert found.folder == study
    assert (found.card.target, found.card.targets) == ("the ferry", ("the ferry",))
    assert found.card.labels == ("against", "none", "favor")
    assert found.card.pages[0].format == "rest"
    assert found.card.annotators == {"a1": "person", "a2": "person"}
    assert [len(thread.comments) for thread in found.threads] == [7]
    assert len(found.annotations) == 10


def test_reading_changes_nothing_on_disk(study):
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    read_study(study)
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before


# the folder


def test_a_folder_that_is_not_there_is_named_with_the_near_miss(study):
    wrong = study.parent / "fery"
    assert refusal(read_study, wrong) == (
        f"{wrong}: expected a study's folder with a study.yaml, found no such folder. Did you mean {str(study)!r}?"
    )


def test_a_folder_without_a_card_is_refused(study):
    (study / "study.yaml").unlink()
    assert refusal(read_study, study) == f"{study / 'study.yaml'}: expected a study's card, found no such file"


# pages


def test_a_page_that_is_missing_is_named(study):
    page = study / "pages" / "ferry.json"
    page.unlink()
    assert refusal(read_study, study) == f"{page}: the card names this page, found no such file"


def test_a_page_that_has_changed_is_refused_with_both_checksums(study):
    page = study / "pages" / "ferry.json"
    expected = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_bytes(page.read_bytes() + b"\n")
    found = hashlib.sha256(page.read_bytes()).hexdigest()
    assert refusal(read_study, study) == (
        f"{page}: the page has changed since the card was written: expected sha256 {expected}, found {found}; "
        "restore the page, or check the annotations against the new one and correct the card"
    )


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x00\x01\x02", b"[]", b'[{"id": 1, "cont'])
def test_an_empty_binary_or_broken_page_is_a_read_error_that_names_it(study, content):
    change_page(study, content)
    message = refusal(read_study, study, ReadError)
    assert message.startswith(str(study / "pages" / "ferry.json"))
    assert "expected" in message
    assert "found" in message


def test_a_page_of_another_format_than_the_card_says_is_refused(study):
    change(study / "study.yaml", ("format: rest", "format: wxr"))
    assert refusal(read_study, study) == (
        f"{study / 'pages' / 'ferry.json'}: the card says format 'wxr', the page reads as 'rest'"
    )


def test_a_page_without_comments_is_refused(study):
    held = json.loads((study / "pages" / "ferry.json").read_text())[0] | {"status": "hold"}
    change_page(study, json.dumps([held]).encode())
    assert refusal(read_study, study) == (
        f"{study / 'pages' / 'ferry.json'}: expected a page with comments, found none in it"
    )


def test_two_pages_that_are_one_thread_are_refused(study):
    card = yaml.safe_load((study / "study.yaml").read_text())
    card["pages"] *= 2
    (study / "study.yaml").write_text(yaml.safe_dump(card))
    assert refusal(read_study, study) == (
        f"{study}: two pages are the thread 'blog.example.org/ferry'; keep one, or give each its url on the card"
    )


# annotations


def test_problems_of_annotations_name_their_file_and_line(study):
    path = study / "annotations.csv"
    change(path, (",a1,favor,", ",a1,favour,"), ("late again", "early again"), (",3,a2,", ",33,a2,"))
    lines = refusal(read_study, study).splitlines()
    assert [line.removeprefix(str(path)).split(":")[0] for line in lines] == [" line 2", " line 4", " line 7"]
    assert "the evidence 'early again' does not occur in comment '1'" in lines[0]
    assert lines[1].endswith(
        "label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?"
    )
    assert lines[2].endswith("Its text_sha is that of comment '3' of thread 'blog.example.org/ferry'.")


def test_offsets_must_be_those_of_a_unit_in_the_language_of_the_card(study):
    path = study / "annotations.csv"
    header = "thread_id,comment_id,annotator,label,start,end\n"
    # "A joy? It has sunk twice."
    path.write_text(f"{header}blog.example.org/ferry,4,a1,against,7,25\nblog.example.org/ferry,4,a2,none,7,24\n")
    assert refusal(read_study, study) == (
        f"{path} line 3: comment '4': expected the offsets of a comment, paragraph or sentence, found 7 to 24; the "
        "nearest is the sentence 7 to 25"
    )
    # a question mark of Greek ends a sentence in Greek alone
    change_page(study, (study / "pages" / "ferry.json").read_bytes().replace(b"A joy? It", b"A joy; It"))
    path.write_text(f"{header}blog.example.org/ferry,4,a1,against,7,25\n")
    assert refusal(read_study, study).endswith("found 7 to 25; the nearest is the sentence 0 to 25")
    change(study / "study.yaml", ("licence:", "data_statement: {language: el}\nlicence:"))
    (annotation,) = read_study(study).annotations
    assert (annotation.start, annotation.end) == (7, 25)


def test_an_annotator_who_is_not_on_the_card_is_refused(study):
    change(study / "study.yaml", ("  a2: person\n", ""))
    assert refusal(read_study, study) == (
        f"{study / 'annotations.csv'} line 3: annotator 'a2' is not on the card (5 rows from here on); add the name to "
        "`annotators` there, as person or model."
    )


def test_problems_of_pages_and_annotations_are_reported_together(study):
    page, path = study / "pages" / "ferry.json", study / "annotations.csv"
    change(
        study / "study.yaml",
        ("- path: pages/ferry.json", "- path: pages/tram.json\n  sha256: x\n- path: pages/ferry.json"),
    )
    page.write_bytes(page.read_bytes() + b"\n")
    change(path, (",a1,favor,", ",a1,favour,"), (",3,a2,none", ",33,a2,"))
    lines = refusal(read_study, study).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        str(study / "pages" / "tram.json"),
        str(page),
        f"{path} line 4",
        f"{path} line 7",
    ]


def test_several_targets_are_named_by_each_annotation(study):
    card, path = study / "study.yaml", study / "annotations.csv"
    change(card, ("target: the ferry", "targets: [the ferry, the tram]"))
    lines = refusal(read_study, study).splitlines()
    assert len(lines) == 10
    assert lines[0] == (
        f"{path} line 2: column 'target' is empty, but the study has the targets ['the ferry', 'the tram']"
    )
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *(f"{row},{target}" for row in rows for target in ("the ferry", "the tram"))]))
    found = read_study(study)
    assert [annotation.target for annotation in found.annotations] == ["the ferry", "the tram"] * 10
    with pytest.raises(InputError, match="expected a study with one target, found"):
        _ = found.card.target


# what has become of a study


def test_a_superseded_study_is_read_and_says_by_which(study):
    assert read_study(study).findings == ()
    change(study / "study.yaml", ("revision: 1", "revision: 1\nsuperseded_by: ferry_2"))
    assert read_study(study).findings == (
        Finding("superseded", "revision 1 of this study is superseded by ferry_2; use that one for new runs"),
    )


def test_erased_comments_are_those_of_the_card_and_must_be_there(study):
    card = study / "study.yaml"
    change(card, ("revision: 1", "revision: 1\nerased: ['4', 'blog.example.org/ferry#2']"))
    found = read_study(study)
    assert found.erased == {("blog.example.org/ferry", "4"), ("blog.example.org/ferry", "2")}
    assert len(found.annotations) == 10
    change(card, ("'4'", "'44'"))
    assert refusal(read_study, study) == (
        f"{card}: `erased` names comment '44', which is in no thread. Did you mean '4'?"
    )


def test_an_erased_comment_of_several_threads_must_be_named_with_its_thread(study):
    page = json.loads((study / "pages" / "ferry.json").read_text())
    other = [entry | {"link": entry["link"].replace("ferry", "tram"), "post": 2} for entry in page]
    content = json.dumps(other).encode()
    (study / "pages" / "tram.json").write_bytes(content)
    card = yaml.safe_load((study / "study.yaml").read_text())
    card["pages"].append({"path": "pages/tram.json", "sha256": hashlib.sha256(content).hexdigest()})
    (study / "study.yaml").write_text(yaml.safe_dump(card | {"erased": ["4"]}))
    assert refusal(read_study, study) == (
        f"{study / 'study.yaml'}: `erased` names comment '4', which is in several threads; write one of "
        "['blog.example.org/ferry#4', 'blog.example.org/tram#4']"
    )


# the card


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: the ferry", "tarqet: the ferry", ": key 'tarqet' is not known; a card has ['title', 'target', 't"),
        ("target: the ferry", "tarqet: the ferry", "Did you mean 'target'?"),
        ("target: the ferry\n", "", ": the keys ['target'] are missing"),
        ("title: Stance toward the ferry\ntarget: the ferry\n", "", ": the keys ['title', 'target'] are missing"),
        ("target: the ferry", "target:", ": the keys ['target'] are missing"),
        ("target: the ferry", "target: 5", ": key 'target' must be text, found 5"),
        ("revision: 1", "revision: first", ": key 'revision' must be a whole number, found 'first'"),
        ("labels:\n- against\n- none\n- favor", "labels: against", ": key 'labels' must be a list, found 'against'"),
        ("- none\n- favor", "", ": `labels` must be two or more different strings, found ['against']"),
        ("- none", "- true", ": `labels` must be two or more different strings, found ['against', True, 'favor']"),
        ("- none", "- favor", ": `labels` must be two or more different strings, found ['against', 'favor', 'favor']"),
        ("a1: person", "a1: persons", ": annotator 'a1': expected a kind of ['person', 'model'], found 'persons'. Did"),
        ("  a1: person\n  a2: person", "- a1", ": key 'annotators' must be keys and values, found ['a1']"),
        (
            "format: rest",
            "fromat: rest",
            " page 1: key 'fromat' is not known; a card has ['path', 'sha256', 'format', ",
        ),
        ("- path: pages/ferry.json\n ", "-", " page 1: the keys ['path'] are missing"),
        ("target: the ferry", "targets: []", ": `targets` must be one or more different strings, found []"),
        ("target: the ferry", "target: a\ntargets: [b]", ": give `target` or `targets`, not both"),
        ("target: the ferry", "target: ' '", ": `targets` must be one or more different strings, found [' ']"),
        (
            "labels:\n- against\n- none\n- favor",
            "labels: []",
            ": `labels` must be two or more different strings, found []",
        ),
        ("- none", "- true", "found ['against', True, 'favor']; put quotation marks around each"),
        ("revision: 1", "revision: true", ": key 'revision' must be a whole number, found True"),
        ("revision: 1", "revision: 1\nordered: 1", ": key 'ordered' must be true or false, found 1"),
        (
            "revision: 1",
            "revision: 1\nerased: [7]",
            ": `erased` must be different strings, found [7]; put quotation marks",
        ),
        (
            "revision: 1",
            "revision: 1\nauthors_kept_because: [x]",
            ": key 'authors_kept_because' must be text, found ['x']",
        ),
        ("revision: 1", "revision: 1\ndata_statement: x", ": key 'data_statement' must be keys and values, found 'x'"),
        (
            "revision: 1",
            "revision: 1\ndata_statement: {lmits: few}",
            " data_statement: key 'lmits' is not known; a card has ['language', 'source', 'dates', 'collected', "
            "'annotated', 'sensitive', 'limits']. Did you mean 'limits'?",
        ),
        (
            "revision: 1",
            "revision: 1\ndata_statement: {language: [en, true]}",
            ": `language` must be different strings, found ['en', True]; put quotation marks around each",
        ),
        ("a1: person", "1: person", ": annotator 1: the name must be text; put quotation marks around it"),
        ("title: Stance", "title: [Stance", ": not readable as YAML in UTF-8: while parsing"),
    ],
)
def test_what_is_wrong_with_a_card_is_named(study, old, new, said):
    path = study / "study.yaml"
    change(path, (old, new))
    message = refusal(read_card, path)
    assert message.startswith(str(path))
    assert said in message


def test_a_card_that_is_a_list_or_has_no_pages_is_refused(study):
    path = study / "study.yaml"
    card = yaml.safe_load(path.read_text())
    for pages in ([], None, "pages/ferry.json"):
        path.write_text(yaml.safe_dump(card | {"pages": pages}))
        assert "pages" in refusal(read_card, path)
    path.write_text("- a list\n")
    assert refusal(read_card, path) == f"{path}: expected keys and values, found list"


def test_every_problem_of_a_card_is_reported_together(study):
    path = study / "study.yaml"
    changes = [("title: Stance toward the ferry\n", ""), ("- none\n- favor", ""), ("a1: person", "a1: persom")]
    changes += [("format: rest", "fromat: rest"), ("revision: 1", "revision: one\nlicense: CC0")]
    change(path, *changes)
    lines = refusal(read_card, path).splitlines()
    assert [line.removeprefix(str(path)).split(", found")[0].split(";")[0] for line in lines] == [
        ": key 'license' is not known",
        ": the keys ['title'] are missing",
        ": key 'revision' must be a whole number",
        ": `labels` must be two or more different strings",
        ": annotator 'a1': expected a kind of ['person', 'model']",
        " page 1: key 'fromat' is not known",
    ]


def test_keys_that_stand_twice_are_refused_with_both_lines(study):
    path = study / "study.yaml"
    assert path.read_text().splitlines()[0].startswith("title:")
    again = "title: Stance toward the crew\ndata_statement: {limits: few, limits: none}\nfish: [{a: 1, b: 2}, {a: 1}]\n"
    change(path, ("revision: 1\n", f"revision: 1\n{again}"), ("  a1: person\n", "  a1: person\n  a1: model\n"))
    path.write_text(f"{path.read_text()}revision: 2\n")
    lines = path.read_text().splitlines()
    title, limits, a1 = (lines.index(line) + 1 for line in (*again.splitlines()[:2], "  a1: model"))
    assert refusal(read_card, path).splitlines()[:-1] == [
        f"{path} line {title}: key 'title' is given twice, here and on line 1; keep one of the two",
        f"{path} line {limits}: key 'limits' is given twice, here and on line {limits}; keep one of the two",
        f"{path} line {a1}: key 'a1' is given twice, here and on line {a1 - 1}; keep one of the two",
        f"{path} line {len(lines)}: key 'revision' is given twice, here and on line {title - 1}; keep one of the two",
    ]
    assert refusal(read_card, path).splitlines()[-1].startswith(f"{path}: key 'fish' is not known")


def test_keys_that_a_card_takes_over_may_be_replaced(study):
    path = study / "study.yaml"
    change(path, ("annotators:\n", "annotators:\n  <<: {a1: model, a3: model}\n"))
    assert read_card(path).annotators == {"a1": "person", "a2": "person", "a3": "model"}


def test_a_card_whose_key_is_a_list_is_refused(study):
    path = study / "study.yaml"
    change(path, ("revision: 1\n", "revision: 1\n? [a]\n: b\n"))
    assert "not readable as YAML in UTF-8: while constructing a mapping" in refusal(read_card, path)


def test_a_data_statement_is_read_with_one_language_or_several(study):
    path = study / "study.yaml"
    statement = "data_statement: {language: en, dates: 2020-02-03, limits: seven comments}"
    change(path, ("revision: 1", f"revision: 1\nordered: false\nauthors_kept_because: invented\n{statement}"))
    card = read_card(path)
    assert card.data_statement == DataStatement(("en",), dates="2020-02-03", limits="seven comments")
    assert (card.ordered, card.authors_kept_because) == (False, "invented")
    change(path, ("language: en", "language: [en, cy]"))
    assert read_card(path).data_statement.language == ("en", "cy")


def test_a_card_in_another_encoding_is_refused(study):
    path = study / "study.yaml"
    path.write_bytes(path.read_bytes() + b"contact: \xe9\n")
    assert refusal(read_card, path).startswith(f"{path}: not readable as YAML in UTF-8: ")


def test_what_a_card_leaves_open_has_its_default(study):
    path = study / "study.yaml"
    change(path, ("format: rest", "retrieved: 2020-02-04"), ("revision: 1", "revision: 1\nannotations:\ncontact: null"))
    card = read_card(path)
    assert (card.ordered, card.erased, card.authors_kept_because) == (True, (), None)
    assert card.data_statement == DataStatement()
    assert (card.annotations, card.guidelines, card.contact, card.superseded_by) == (
        "annotations.csv",
        "guidelines.md",
        None,
        None,
    )
    assert card.pages == (PageCard("pages/ferry.json", card.pages[0].sha256, None, None, "2020-02-04"),)


def test_a_new_study_needs_no_annotations_yet_but_a_file_that_the_card_names(study):
    (study / "annotations.csv").unlink()
    assert read_study(study).annotations == ()
    card = yaml.safe_load((study / "study.yaml").read_text())
    (study / "study.yaml").write_text(yaml.safe_dump(card | {"annotations": "labels.csv"}))
    expected = f"{study / 'labels.csv'}: expected a CSV of annotations, found no such file"
    assert refusal(read_study, study) == expected


def test_no_and_yes_are_words_and_still_say_whether_labels_have_an_order(study):
    change(study / "study.yaml", ("- none", "- no"), ("revision: 1", "revision: 1\nordered: no"))
    card = read_card(study / "study.yaml")
    assert card.labels == ("against", "no", "favor")
    assert not card.ordered


def test_labels_of_a_card_are_in_one_encoding(study):
    change(study / "study.yaml", ("- none", "- dafu\u0308r"))
    assert read_card(study / "study.yaml").labels == ("against", "dafür", "favor")


BOMB = "\n".join(["x0: &x0 [x, x]", *(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12))])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("retrieved: 2016-20-09", "expected a date or a number, found '2016-20-09'"),
        ("revision: " + "1" * 5_000, "expected a date or a number, found '1111"),
        ("contact: " + "[" * 5_000, "nested too deep"),
        (BOMB, "expected at most 100,000 values with all aliases written out, found more"),
        ("contact: &a [*a]", "expected at most 100,000 values"),
    ],
)
def test_a_card_that_is_a_bomb_is_refused_in_a_sentence(study, written, said):
    change(study / "study.yaml", ("labelled_by:", f"{written}\nlabelled_by:"))
    message = refusal(read_card, study / "study.yaml")
    assert said in message
    assert len(message) < 500


def test_line_ends_that_git_has_changed_are_named(study):
    page = study / "pages" / "ferry.json"
    change_page(study, b"[\n" + page.read_bytes()[1:])
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert "`pages/ferry.json -text` into a .gitattributes" in refusal(read_study, study)
