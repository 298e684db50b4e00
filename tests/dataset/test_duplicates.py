"""Duplicates: together what is the same or nearly, whatever the order; nothing together by chance."""

import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import duplicates
from stance.dataset.duplicates import across_split, find_duplicates, fingerprint, group_fingerprints, name_clusters
from stance.errors import InputError

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
WORDS = [
    "the",
    "city",
    "must",
    "never",
    "sell",
    "our",
    "old",
    "park",
    "to",
    "people",
    "who",
    "only",
    "want",
    "their",
    "own",
    "money",
    "back",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS[:6]), max_size=6).map(" ".join), max_size=12)


def partition(codes):
    return {frozenset(np.flatnonzero(codes == code).tolist()) for code in codes}


def word_pairs(text):
    """Return the word pairs of a text of plain words, its word if it has only one."""
    words = text.split()
    return {tuple(words[at : at + 2]) for at in range(max(1, len(words) - 1))} if words else set()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Yes,  INDEED", " yes,\nindeed ", True),
        ("Straße", "STRASSE", True),
        ("ｗｉｄｅ ①", "wide 1", True),
        ("né", "ne\u0301", True),
        ("\u00a0a\u2003b", "A B", True),
        ("İstanbul ͅ", "i̇stanbul ͅ", True),
        ("yes indeed", "yesindeed", False),
        ("yes", "yes!", False),
        ("ss see http://t.co/a", "ss see http://t.co/b", False),
    ],
)
def test_a_fingerprint_is_blind_to_case_width_and_spacing_only(first, second, same):
    assert (fingerprint(first) == fingerprint(second)) is same
    assert len(fingerprint(first)) == 16


def test_a_fingerprint_never_changes_from_one_version_to_the_next():
    assert fingerprint("Never again").hex() == "1c254bac21cfd713b9d8bd37dfe67868"


def test_fingerprints_that_end_in_zeros_are_kept_apart():
    keys = [bytes(16), bytes(15) + b"\1", b"\1" + bytes(15), b"\1\1" + bytes(14), bytes(16)]
    assert group_fingerprints(iter(keys)).tolist() == [0, 1, 2, 3, 0]


def test_clusters_are_numbered_by_first_appearance():
    assert find_duplicates(["b", "a", "B", "c", "a "]).tolist() == [0, 1, 0, 2, 1]
    assert find_duplicates([]).tolist() == find_duplicates([], near=0.7).tolist() == []


def test_near_duplicates_share_word_pairs_by_hand():
    whole = " ".join(WORDS)  # 17 words, 16 pairs
    one_more = whole + " now"  # 17 pairs, 16 of them shared
    end_off = " ".join(WORDS[:12])  # 11 pairs, all of them among the 16
    changed = whole.replace("never", "not")  # 14 shared of 18
    texts = [whole, one_more, end_off, changed, "something else"]
    assert find_duplicates(texts).tolist() == [0, 1, 2, 3, 4]
    assert find_duplicates(texts, near=16 / 17).tolist() == [0, 0, 1, 2, 3]
    assert find_duplicates(texts, near=0.95).tolist() == [0, 1, 2, 3, 4]
    assert find_duplicates(texts, near=14 / 18).tolist() == [0, 0, 1, 0, 2]
    assert find_duplicates(texts, near=11 / 16).tolist() == [0, 0, 0, 0, 1]


def test_punctuation_does_not_count_for_near_ones_and_texts_without_words_are_near_to_none():
    texts = ["Not in my name!", "not in my name?!", "!!!", "???", "😂😂", "😂", "No", "no.", "😂 😂", "😂😂"]
    assert find_duplicates(texts, near=1.0).tolist() == [0, 0, 1, 2, 3, 4, 5, 5, 6, 3]


def test_a_chain_of_near_texts_is_one_cluster():
    texts = [" ".join(WORDS[start : start + 10]) for start in (0, 1, 2, 3)]  # neighbours share 8 of 10 pairs
    assert find_duplicates(texts, near=0.8).tolist() == [0, 0, 0, 0]
    assert find_duplicates([texts[0], texts[3]], near=0.8).tolist() == [0, 1]


def test_languages_without_spaces_have_near_duplicates_too():
    assert find_duplicates(
        ["这个城市不应该出售公园", "这个城市不应该出售公园吗", "我不同意这个"], near=0.8
    ).tolist() == [0, 0, 1]


@given(TEXTS, st.sampled_from([0.5, 0.6, 0.75, 1.0]), st.randoms())
def test_clusters_are_the_components_of_the_pairs_that_are_near_whatever_the_order(texts, near, random):
    parts = [word_pairs(text) for text in texts]
    joined = list(range(len(texts)))
    for first, second in combinations(range(len(texts)), 2):
        union = parts[first] | parts[second]
        if texts[first] == texts[second] or (union and len(parts[first] & parts[second]) / len(union) >= near):
            joined = [joined[first] if code == joined[second] else code for code in joined]
    expected = partition(np.array(joined, dtype=int))
    assert partition(find_duplicates(texts, near)) == expected
    order = random.sample(range(len(texts)), len(texts))
    shuffled = find_duplicates([texts[place] for place in order], near)
    assert {frozenset(order[place] for place in cluster) for cluster in partition(shuffled)} == expected


def test_no_near_pair_is_passed_over_for_standing_in_a_bucket_with_others(monkeypatch):
    def one_bucket(texts, n_rows, random_state):
        yield np.zeros((len(texts), 2), dtype=np.uint64)

    monkeypatch.setattr(duplicates, "_band_keys", one_bucket)
    texts = ["one two three", "four five six", "seven eight", "four five six six", "seven eight eight", "one two"]
    assert find_duplicates(texts, near=0.5).tolist() == [0, 1, 2, 1, 2, 0]


def test_a_band_misses_at_most_one_pair_in_a_thousand_and_no_longer_band_does():
    for near in (0.5, 0.7, 0.8, 0.95):
        rows = duplicates._rows_of_band(near)
        missed = [(1 - near**n) ** (128 // n) for n in (rows, rows + 1)]
        assert missed[0] <= 0.001
        assert missed[1] > 0.001 or rows == 16


def test_among_many_texts_all_copies_are_found_and_nothing_else():
    generator = np.random.default_rng(4)
    vocabulary = [f"w{number}" for number in range(500)]
    originals = [" ".join(generator.choice(vocabulary, 20)) for _ in range(1500)]
    copies = [f"{text} really" for text in originals[:300]]  # 19 of 20 pairs
    cut = [" ".join(text.split()[:16]) for text in originals[300:600]]  # 15 of 19 pairs
    clusters = find_duplicates(originals + copies + cut, near=0.75)
    assert clusters.tolist() == [*range(1500), *range(600)]
    apart = find_duplicates(originals + copies + cut, near=0.8)
    assert apart.tolist() == [*range(1500), *range(300), *range(1500, 1800)]
    assert find_duplicates(originals + copies + cut, near=0.75, random_state=3).tolist() == clusters.tolist()


def test_thousands_of_copies_of_one_text_are_compared_with_few(monkeypatch):
    compared = []
    jaccard = duplicates._jaccard
    monkeypatch.setattr(duplicates, "_jaccard", lambda *pair: compared.append(1) or jaccard(*pair))
    texts = [" ".join(WORDS) + f" number {number}" for number in range(3000)]  # 17 of 19 pairs
    assert set(find_duplicates(texts, near=0.7)) == {0}
    assert len(compared) < 10 * len(texts)


@pytest.mark.parametrize("near", [0.49, 1.01, 0, float("nan")])
def test_a_threshold_that_cannot_be_is_refused(near):
    with pytest.raises(InputError, match=r"expected near duplicates to share 0\.5 to 1 of their word pairs, found "):
        find_duplicates(["a"], near)


@given(st.lists(st.integers(0, 4), max_size=10), st.randoms())
def test_a_cluster_is_named_by_its_smallest_id_and_a_text_alone_by_none(codes, random):
    ids = random.sample([f"t#{number}" for number in range(len(codes))], len(codes))
    for code, example_id, name in zip(codes, ids, name_clusters(np.array(codes, dtype=int), ids), strict=True):
        members = [other for other, its in zip(ids, codes, strict=True) if its == code]
        assert name == (min(members) if members != [example_id] else None)


def test_what_is_on_both_sides_of_a_split_is_named_whatever_the_order_of_rows():
    ids = ["e", "d", "c", "b", "a", "f", "g"]
    splits = ["train", "test", "train", "test", "dev", "train", None]
    clusters = np.array([7, 7, 7, 3, 3, 5, 5])
    expected = [{"dev": ["a"], "test": ["b"]}, {"test": ["d"], "train": ["c", "e"]}]
    assert across_split(clusters, splits, ids) == expected
    assert across_split(clusters[::-1], splits[::-1], ids[::-1]) == expected


def tweets(name):
    lines = (DATA / "semeval2016_task6" / f"{name}-all-annotations.txt").read_text(encoding="cp1252").split("\n")
    return [line.split("\t")[2] for line in lines[1:] if line.strip()]


@pytest.mark.skipif(
    not (DATA / "semeval2016_task6").is_dir(),
    reason=f"SemEval-2016 is not at {DATA}; set STANCE_DATA to the folder that holds semeval2016_task6",
)
def test_no_tweet_of_semeval_is_in_train_and_test_but_near_ones_are():
    train, test = tweets("trainingdata"), tweets("testdata-taskA")
    assert (len(train), len(test)) == (2814, 1249)
    splits = ["train"] * len(train) + ["test"] * len(test)
    ids = [str(number) for number in range(len(splits))]
    assert across_split(find_duplicates(train + test), splits, ids) == []
    assert len(across_split(find_duplicates(train + test, near=0.7), splits, ids)) == 5
