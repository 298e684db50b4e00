"""Names inside texts: found however commenters write them, and no word of another kind."""

import itertools
import unicodedata
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import build_dataset, load_table
from stance.dataset.passes._deciding import Finishing
from stance.estimates.predicting._comments import Reading, thread_rows
from stance.study import read_study
from stance.study.annotations import Annotation
from stance.thread import Comment, Thread
from stance.thread.names import by_thread, find_names
from stance.thread.privacy import mask_evidence, mask_text

AUTHORS = ("Jane Q. Doe-Smith", "reader-1", "O’Neil", "李明", "Zoë", "The Voice of Reason", "Will", "C (the) Bob+")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Jane, I disagree.", "[name], I disagree."),
        ("jane q doe smith says so", "[name] says so"),
        ("JANE Q. DOE-SMITH’s view", "[name]’s view"),
        ("Ms Doe is right", "Ms [name] is right"),
        ("@Jane and @reader-1", "@[name] and @[name]"),
        ("READER-1: no", "[name]: no"),
        ("readers of reader 12", "readers of reader 12"),
        ("O'Neil and o`neil", "[name] and [name]"),
        ("我同意李明说的", "我同意[name]说的"),
        ("zoe\u0308, Zoë, ZOË, Zoës", "[name], [name], [name], Zoës"),
        ("The voice of reason speaks", "[name] speaks"),
        ("The day that Voice of Reason went", "The day that [name] of [name] went"),
        ("I will ask Will", "I will ask [name]"),
        ("c the bob knows", "[name] knows"),
        ("Q: who asks, C or D?", "Q: who asks, C or D?"),
        ("a janet, a doer, the janes", "a janet, a doer, the janes"),
        ("", ""),
    ],
)
def test_what_a_text_calls_the_authors_of_its_thread_by_is_masked(text, masked):
    assert mask_text(unicodedata.normalize("NFC", text), ["names"], AUTHORS).text == masked


def test_other_masks_go_first_and_no_placeholder_is_taken_for_a_name():
    text = "Jane at jane@example.org, www.example.org/Jane, @Jane_Doe or Jane."
    masked = mask_text(text, ["mentions", "emails", "urls", "names"], ("Jane", "user", "name"))
    assert masked.text == "[name] at [email], [url], @user or [name]."
    assert mask_text(masked.text, ["names"], ("Jane", "user", "name")).text == masked.text
    assert mask_text(text, ["names"]).text == text


def test_evidence_that_begins_in_a_name_is_what_stands_there_now():
    masked = mask_text("I say, Jane Doe: never", ["names"], ("Jane Doe",))
    assert mask_evidence(masked, "Doe: never", 12, ["names"], ("Jane Doe",)) == ("[name]: never", 7)
    assert mask_evidence(masked, "by jane doe", None, ["names"], ("Jane Doe",)) == ("by [name]", None)


@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=40))
def test_names_of_any_signs_are_found_in_order_and_a_whole_name_leaves_nothing(authors, text):
    spans = [*find_names(text, tuple(authors))]
    assert spans == sorted(spans)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_names_by_thread_are_those_shown_each_once():
    pairs = [("t", "b"), ("t", None), ("t", "a"), ("t", "b"), ("u", " ")]
    assert by_thread(pairs) == {"t": ("b", "a")}


def test_the_texts_contexts_and_evidence_of_a_table_are_masked_by_thread_the_erased_among_them():
    rows = [
        ("1", "ferry", None, "Jane Doe", "Jane here: it is late.", "against"),
        ("2", "ferry", "1", "reader-2", "As jane doe says, late.", "against"),
        ("3", "ferry", "2", "Ann", "reader-2, ask Jane or Ann.", "favor"),
        ("4", "tram", None, "reader-4", "Jane and Ann never took a tram.", "favor"),
    ]
    table = pd.DataFrame(rows, columns=["id", "thread", "parent", "who", "comment", "label"])
    columns = {
        "comment_id": "id",
        "thread_id": "thread",
        "parent_id": "parent",
        "author": "who",
        "text": "comment",
        "label": "label",
    }
    asked = {"labels": ["against", "favor"], "columns": columns, "target": "the ferry", "mask": ["names"]}
    found = load_table(table, **asked, context="parent").to_frame()
    assert found["text"].tolist() == [
        "[name] here: it is late.",
        "As [name] says, late.",
        "[name], ask [name] or [name].",
        "Jane and Ann never took a tram.",
    ]
    assert found["context"].tolist()[1:3] == ["[name] here: it is late.", "As [name] says, late."]
    erased = load_table(table, **asked, erase="Jane Doe").to_frame()
    assert erased["text"].tolist()[:2] == ["As [name] says, late.", "[name], ask [name] or [name]."]


def test_a_study_and_what_is_predicted_of_its_threads_are_masked_alike(study):
    (thread,) = read_study(study).threads
    texts = {"1": "reader-2 and READER-1: late.", "2": "Nobody, not even reader 1."}
    comments = tuple(replace(each, text=texts.get(each.comment_id, each.text)) for each in thread.comments)
    thread = replace(thread, comments=comments)
    given = [Annotation(thread.thread_id, number, "a1", "against") for number in ("1", "2")]
    asked = {"targets": ["the ferry"], "labels": ["against", "favor"], "finishing": Finishing(mask=("names",))}
    built = build_dataset([thread], given, **asked)
    masked = ["[name] and [name]: late.", "Nobody, not even [name]."]
    assert built.to_frame()["text"].tolist() == masked
    rows = [row["text"] for row in thread_rows(thread, Reading(mask=("names",))) if isinstance(row, dict)]
    assert rows[:2] == masked


def test_the_title_of_a_page_that_links_there_is_nobodys_name():
    said = "Sunday suits me, says Jane, and every Sunday does."
    comments = (
        Comment("c1", None, "Jane", "2024-05-01T09:00:00", said, "comment"),
        Comment("c2", None, "Sunday at the village blog", "2024-05-02T09:00:00", "Sunday", "ping"),
    )
    thread = Thread(thread_id="t", title="Ferries", text="", comments=comments)
    masked = "Sunday suits me, says [name], and every Sunday does."
    rows = [row["text"] for row in thread_rows(thread, Reading(mask=("names",))) if isinstance(row, dict)]
    assert rows == [masked]
    given = [Annotation("t", "c1", "a1", "favor")]
    asked = {"targets": ["the ferry"], "labels": ["against", "favor"], "finishing": Finishing(mask=("names",))}
    assert build_dataset([thread], given, **asked).to_frame()["text"].tolist() == [masked]
