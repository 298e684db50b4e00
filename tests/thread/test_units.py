"""Units: each word is in exactly one, and annotations and evidence find theirs."""

import sys
import unicodedata
from itertools import pairwise

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.thread.units import (
    _NO_END_AFTER,
    Placed,
    all_units,
    cut_units,
    find_evidence,
    folded,
    misplaced,
    place_annotation,
    units_schema,
)

TEXTS = st.text(
    st.one_of(st.sampled_from(" \n\t\r\u00a0\u2029.?!…\"'()“”abcXY1é。한한😂👍🏽\u0301"), st.characters(codec="utf-8")),
    max_size=80,
)
LANGUAGES = st.sampled_from(["en", "de", "fr", "zh", "hi", "ar", "ko", "xx"])


def cut(text, unit="sentence", language="en"):
    return [text[start:end] for start, end in cut_units(text, unit, language)]


@given(TEXTS, st.sampled_from(["comment", "paragraph", "sentence"]), LANGUAGES)
def test_every_word_is_in_exactly_one_unit_in_order_without_white_space_around(text, unit, language):
    spans = cut_units(text, unit, language)
    bounds = [0, *(offset for span in spans for offset in span), len(text)]
    assert bounds == sorted(bounds)
    assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in spans)
    between = [text[end:start] for end, start in zip(bounds[::2], bounds[1::2], strict=True)]
    assert "".join(between).strip() == ""


@given(TEXTS)
def test_the_comment_is_one_unit_and_each_unit_lies_in_one_of_the_next_larger(text):
    assert cut(text, "comment") == ([text.strip()] if text.strip() else [])
    larger = [cut_units(text, unit) for unit in ("comment", "paragraph", "sentence")]
    for outer, inner in pairwise(larger):
        assert all(any(a <= start and end <= b for a, b in outer) for start, end in inner)


def test_a_blank_line_parts_paragraphs_even_with_spaces_in_it_and_a_line_break_does_not():
    text = "\nOne\ntwo.\n \t\n\n Three. Four.\r\n\r\nfive"
    assert cut(text, "paragraph") == ["One\ntwo.", "Three. Four.", "five"]
    assert cut(text) == ["One\ntwo.", "Three.", "Four.", "five"]
    assert cut("I asked Ms.\n\nNobody was in.") == ["I asked Ms.", "Nobody was in."]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["I agree with No. 3 above.", "Not with no. 4."]),
        ("en", ["A. B. reader-1 wrote this.", "I did not."]),
        ("en", ["See https://example.org/a.b?c=d.e for more.", "It is long."]),
        ("en", ["Visit www.example.org.", "Then come back."]),
        ("en", ["Well... maybe not.", "Who knows?"]),
        ("en", ["I am not sure...", "Perhaps they will."]),
        ("en", ["“Is it true?” the reader asked.", "Nobody answered."]),
        ("en", ["“It is late. We should go.”", "They went."]),
        ("en", ["What?!", "Really???", "No!!!"]),
        ("en", ["That is so wrong 😂.", "I cannot even."]),
        ("en", ["The U.S. economy grew by 3.5 percent.", "The U.K. did not."]),
        ("en", ["It costs $5.50 e.g. at the shop, i.e. nothing.", "Fine."]),
        ("en", ["At 5 p.m. they left.", "Nobody came."]),
        ("en", ["no capitals here.", "at all."]),
        ("en", ["Version 2.0.1 came out.", "It works."]),
        ("en", ["I asked Ms. Reader (Ms. Editor was out).", "They knew."]),
        ("en", ["We have two ATMs.", "They work."]),
        ("de", ["Das ist z.B. falsch.", "Am 3. Oktober war es so."]),
        ("es", ["¿Qué pasa?", "¡Nada!"]),
        ("hi", ["यह गलत है।", "मैं असहमत हूँ।"]),
        ("ar", ["هذا خطأ.", "هل توافق؟", "لا."]),
    ],
)
def test_sentences_of_comments(language, sentences):
    assert cut(" ".join(sentences), language=language) == sentences


def test_languages_without_spaces_have_sentences_and_a_region_is_put_up_with():
    assert cut("这是错的。我不同意！", language="zh") == ["这是错的。", "我不同意！"]
    assert cut("Das ist z.B. falsch. Ja.", language="de-AT") == ["Das ist z.B. falsch.", "Ja."]


@pytest.mark.parametrize("word", [word for words in _NO_END_AFTER.values() for word in words])
def test_the_library_still_needs_our_abbreviations(word):
    pieces = sentencex.segment("en", f"I saw {word} Reader there.")
    assert len(pieces) == 2, f"sentencex knows {word!r} now; take it from the list"


def test_units_and_languages_that_cannot_be_are_named():
    with pytest.raises(InputError, match=r"expected a unit of .*, found 'sentense'\. Did you mean 'sentence'\?"):
        cut_units("a", "sentense")
    with pytest.raises(InputError, match=r"expected a language code of ISO 639 such as 'en' or 'de', found 'English'"):
        cut_units("a", "sentence", "English")


LAYOUTS = st.sampled_from([" ", "  ", "\n", "\n\n", "\t \u00a0"])
WORDS = st.lists(st.sampled_from(["no", "naïve", "한글", "yes,", "né", "é", "ड़ा", "Å"]), min_size=1, max_size=8)


@given(WORDS, st.data())
def test_evidence_is_found_blind_to_layout_and_encoding(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    quoted = words[first : data.draw(st.integers(first + 1, len(words)))]
    form, other = data.draw(st.permutations(["NFC", "NFD"]))
    text = unicodedata.normalize(form, "".join(word + data.draw(LAYOUTS) for word in words))
    evidence = unicodedata.normalize(other, "".join(data.draw(LAYOUTS) + word for word in quoted))
    start, end = find_evidence(text, evidence)
    assert folded(text[start:end]) == folded(evidence)


@given(TEXTS, st.one_of(st.text("ab .é\u0301", max_size=3), TEXTS))
def test_what_is_found_is_what_the_check_of_annotations_accepts(text, evidence):
    accepted = bool(evidence.strip()) and folded(evidence) in folded(text)
    assert (find_evidence(text, evidence) is not None) == accepted


def test_every_character_that_is_ever_composed_with_the_one_before_is_found_both_ways():
    for code in range(0xA0, sys.maxunicode + 1):
        composed = chr(code)
        parts = unicodedata.normalize("NFD", composed)
        if len(parts) > 1 and unicodedata.normalize("NFC", parts) == composed:
            assert find_evidence(f"a \n{parts} b", f"a {composed}") == (0, 3 + len(parts)), hex(code)


def test_the_first_place_of_evidence_counts_and_nothing_is_in_no_place():
    assert find_evidence("never, never", "never") == (0, 5)
    assert find_evidence("never", " ") is None
    assert find_evidence("", "never") is None


TEXT = "It is late.  They say\nno. Never again!"
SENTENCES = [(0, 11), (13, 25), (26, 38)]


def test_an_annotation_with_offsets_belongs_to_the_unit_that_has_them():
    assert cut_units(TEXT, "sentence") == SENTENCES
    assert place_annotation(TEXT, SENTENCES, "say no", 13, 25) == [Placed(1, "say\nno", 5)]
    assert place_annotation(TEXT, SENTENCES, "", 26, 38) == [Placed(2, "", None)]
    assert place_annotation(TEXT, SENTENCES, "It is", 26, 38) == [Placed(2, "It is", None)]
    assert place_annotation(TEXT, SENTENCES, "Never", 26, 37) == []


def test_an_annotation_of_the_comment_belongs_to_where_its_evidence_stands():
    assert place_annotation(TEXT, SENTENCES, "say no") == [Placed(1, "say\nno", 5)]
    assert place_annotation(TEXT, SENTENCES, "say no. Never") == [Placed(1, "say\nno.", 5), Placed(2, "Never", 0)]
    assert place_annotation(TEXT, SENTENCES, "not there") == []
    assert place_annotation(TEXT, SENTENCES) == []


def test_an_annotation_of_the_comment_is_of_its_only_unit_with_evidence_or_without():
    assert place_annotation(TEXT, [(0, 38)]) == [Placed(0, "", None)]
    assert place_annotation(" No, never.", [(1, 11)], "never") == [Placed(0, "never", 4)]
    assert place_annotation("", []) == []


@given(TEXTS, st.data())
def test_evidence_offsets_are_of_the_unit(text, data):
    spans = cut_units(text, "sentence")
    start = data.draw(st.integers(0, len(text)))
    evidence = text[start : data.draw(st.integers(start, len(text)))]
    placed = place_annotation(text, spans, evidence)
    for place in placed:
        first, last = spans[place.unit]
        if place.evidence_start is not None:
            assert text[first:last][place.evidence_start :].startswith(place.evidence)
    if evidence.strip():
        assert "".join("".join(place.evidence for place in placed).split()) == "".join(evidence.split())


@given(TEXTS, LANGUAGES)
def test_all_units_are_those_of_every_cut_by_their_finest_name(text, language):
    found = all_units(text, language)
    finest = [set(cut_units(text, unit, language)) for unit in ("sentence", "paragraph", "comment")]
    assert found.keys() == set.union(*finest)
    names = {"sentence": finest[0], "paragraph": finest[1] - finest[0], "comment": finest[2] - finest[1] - finest[0]}
    assert {name: {span for span, unit in found.items() if unit == name} for name in names} == names


PARTS = "It is late. It is dear.\n\nI like it."
MISPLACED = "expected the offsets of a comment, paragraph or sentence, found"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, None),
        (12, 23, None),
        (0, 23, None),
        (0, 35, None),
        (12, 22, f"{MISPLACED} 12 to 22; the nearest is the sentence 12 to 23"),
        (1, 23, f"{MISPLACED} 1 to 23; the nearest is the paragraph 0 to 23"),
        (1, 35, f"{MISPLACED} 1 to 35; the nearest is the comment 0 to 35"),
        (24, 35, f"{MISPLACED} 24 to 35; the nearest is the sentence 25 to 35"),
        (12, None, f"{MISPLACED} 12 to None; give both or neither"),
        (None, 23, f"{MISPLACED} None to 23; give both or neither"),
    ],
)
def test_offsets_that_are_no_units_are_said_to_be_with_the_nearest(start, end, said):
    assert misplaced(all_units(PARTS), start, end) == said


def test_offsets_in_a_comment_without_text_have_no_nearest():
    assert misplaced(all_units(" \n"), 0, 2) == f"{MISPLACED} 0 to 2; the comment has no text"


def test_the_columns_of_a_table_of_units():
    schema = units_schema()
    first, last = schema.names[:12], schema.names[12:]
    assert ",".join(first) == (
        "example_id,thread_id,comment_id,parent_id,depth,author,published,target,text,context,split,label"
    )
    assert last == ["annotators", "annotator_labels", "confidence", "evidence", "evidence_start"]
    nullable = {field.name for field in schema if field.nullable}
    assert nullable == {"parent_id", "depth", "author", "published", "split", "label"}
    assert str(schema.field("evidence_start").type) == "list<item: int32>"
