"""Privacy: one pseudonym an author, masks that leave nothing behind and take evidence with them."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.thread import privacy
from stance.thread.privacy import (
    KEY_VARIABLE,
    fold_name,
    make_pseudonyms,
    mask_evidence,
    mask_text,
    read_pseudonym_key,
)

KINDS = ("mentions", "emails", "urls")
KEY = b"sixteen bytes!!!"
# made of what masks are about, so that odd neighbours come up
SIGNS = ("@", "＠", "http://", "HTTPS://", "www.", "WWW2.", "://", "@user", "[email]", "[url]")
LETTERS = ("a", "b5", "é", "用", "org", "7", "_", "ſ", "İ")
TEXTS = st.lists(st.sampled_from([*SIGNS, *LETTERS, *" \n\u00a0.-+:/[](),'”?%"]), max_size=14).map("".join)
NAMES = st.text("abé\u0301Å \t한", max_size=4)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@reader-1 is right", "@user is right"),
        ("RT @reader_1: yes. (@reader.two)", "RT @user: yes. (@user)"),
        (".@reader1's, @reader2!", ".@user's, @user!"),
        ("＠naïve and @用户 agree", "@user and @user agree"),
        ("@reader@example.social wrote", "@user wrote"),
        ("see example.org/@reader-1", "see example.org/@user"),
        ("at 5 @ 3, @5pm @ 10, @5 lunch@home", "at 5 @ 3, @user @ 10, @5 lunch@home"),
        ("write to a.b+c@mail.example.org.", "write to [email]."),
        ("mailto:a_b@example.org, <A@EXAMPLE.ORG>", "mailto:[email], <[email]>"),
        ("a@b.co+c@d.co", "[email]"),
        ("ask a@bücher.example!", "ask [email]!"),
        ("http://example.org/a?b=c#d.", "[url]."),
        ("(see https://example.org/x_(y)).", "(see [url])."),
        ("[here](http://example.org/a) now", "[here]([url]) now"),
        ("“www.example.org” or WWW.EXAMPLE.ORG…", "“[url]” or [url]…"),
        ("ftp://example.org/a,b http://münchen.example/straße", "[url] [url]"),
        ('<a href="http://example.org">', '<a href="[url]">'),
        ("http://reader:word@example.org/@reader", "[url]"),
        ("@readerhttp://example.org @用户http://example.org", "@[url] @user[url]"),
        ("reader@example.http://example.org", "reader@example.[url]"),
        ("@reader.http://example.org a@b.co.http://example.org", "@user.[url] [email].[url]"),
        ("wow@http://example.org", "wow@[url]"),
        ("it.It e.g.this v1.2.3 example.org U.S.A. 3://4 http:// www. wwww.", None),
        ("u/reader r/place a/b c:\\d #tag", None),
        ("@user [email] [url]", None),
    ],
)
def test_what_is_masked_and_what_is_not(text, masked):
    assert mask_text(text, KINDS).text == (text if masked is None else masked)


def test_only_the_kinds_asked_for_are_masked():
    text = "@reader-1: a@example.org www.example.org/@reader-1"
    assert mask_text(text, ()).text == text
    assert mask_text(text, ["mentions"]).text == "@user: a@example.org www.example.org/@user"
    assert mask_text(text, ["emails"]).text == "@reader-1: [email] www.example.org/@reader-1"
    assert mask_text(text, ["urls"]).text == "@reader-1: a@example.org [url]"


@given(TEXTS, st.sets(st.sampled_from(KINDS)).map(sorted))
@example("a@b.co+x@c.de", list(KINDS))
@example("http://@reader a@b.@c", list(KINDS))
@example("@用ahttp://b5 @7_://org @用%WWW2.org@user+", list(KINDS))
def test_masking_again_changes_nothing(text, kinds):
    once = mask_text(text, kinds).text
    assert mask_text(once, kinds).text == once


@given(TEXTS)
def test_what_lies_between_masks_is_as_it_was_and_offsets_lead_there(text):
    masked = mask_text(text, KINDS)
    old = new = 0
    for start, end, new_start, new_end in masked.cuts:
        assert text[old:start] == masked.text[new:new_start]
        assert masked.text[new_start:new_end] in ("@user", "[email]", "[url]")
        assert masked.span(start, end) == (new_start, new_end)
        old, new = end, new_end
    assert text[old:] == masked.text[new:]


@given(TEXTS, st.data())
def test_a_span_leads_to_what_stands_in_its_place_with_masks_whole(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    masked = mask_text(text, KINDS)
    first, last = masked.span(start, end)
    for cut_start, cut_end, *_ in masked.cuts:
        if start < end and cut_start < end and start < cut_end:
            start, end = min(start, cut_start), max(end, cut_end)
    assert 0 <= first <= last <= len(masked.text)
    cuts = [(a - start, b - start) for a, b, *_ in masked.cuts if start <= a and b <= end]
    expected, place = "", 0
    for (a, b), placeholder in zip(
        cuts, [masked.text[c:d] for x, y, c, d in masked.cuts if start <= x and y <= end], strict=True
    ):
        expected += text[start:end][place:a] + placeholder
        place = b
    if start < end:
        assert masked.text[first:last] == expected + text[start:end][place:]


def test_evidence_follows_its_text():
    text = "I say, @reader-1: never at http://example.org/a again"
    masked = mask_text(text, KINDS)
    assert masked.text == "I say, @user: never at [url] again"
    for evidence, expected in [
        ("I say", "I say"),
        ("never", "never"),
        ("reader-1: never", "@user: never"),
        ("at http://example.org", "at [url]"),
        ("again", "again"),
    ]:
        found, start = mask_evidence(masked, evidence, text.index(evidence), KINDS)
        assert (found, start) == (expected, masked.text.index(expected))
    assert mask_evidence(masked, "not there, @reader-1", None, KINDS) == ("not there, @user", None)


SEEDS = [
    "@",
    "a",
    "a@",
    "@a",
    "a.",
    "www.",
    "http://",
    "a@b",
    "@a.",
    ".@",
    "://",
    "+",
    "-@",
    "_@",
    "@a-",
    "@5",
    "a@b.c",
]


@pytest.mark.parametrize("seed", [*SEEDS, *(f"{seed} " for seed in SEEDS), *(f"http://a{seed}" for seed in SEEDS)])
def test_no_part_of_a_text_is_matched_twice(seed):
    given = []

    class Counting:
        def finditer(self, text, start, end):
            given.append((start, end))
            return privacy._pattern(KINDS).finditer(text, start, end)

    text = seed * 500
    list(privacy._found(text, privacy._signs(text), Counting()))
    assert given == sorted(given)
    assert sum(end - start for start, end in given) <= len(text)
    assert len(given) <= 500


@pytest.mark.parametrize("seed", SEEDS)
def test_half_a_million_characters_of_one_kind_come_to_an_end(seed):
    # matching that goes back again and again would take hours here
    text = "x " + seed * (500_000 // len(seed))
    assert mask_text(mask_text(text, KINDS).text, KINDS).cuts == ()


def test_a_long_text_is_only_matched_around_its_signs():
    quiet = "nothing to see here " * 500
    seen = []

    class Counting:
        def finditer(self, text, start, end):
            seen.append(text[start:end])
            return re.finditer("reader", "")

    list(privacy._found(quiet + "say @reader-1 " + quiet + "a@b", ["@"], Counting()))
    assert seen == [" @reader-1", " a@b"]


def test_every_unknown_kind_is_named_even_where_there_is_nothing_to_mask():
    with pytest.raises(
        InputError,
        match=r"expected masks of \['emails', 'mentions', 'names', 'urls'\] or spacy:<a package or folder>, found "
        r"\['url', 'nams'\]\. Did you mean 'urls'\? Did you mean 'names'\?",
    ):
        mask_text("", ["url", "nams", "emails"])


def test_sequential_pseudonyms_are_numbered_by_first_appearance_with_width_to_sort_by():
    names = [f"reader-{number}" for number in range(100)]
    pseudonyms = make_pseudonyms([None, "", " ", *names, "reader-0"])
    assert list(pseudonyms) == names
    assert [pseudonyms[f"reader-{number}"] for number in (0, 99)] == ["author-001", "author-100"]
    assert make_pseudonyms(["reader-9"]) == {"reader-9": "author-01"}


def test_keyed_pseudonyms_are_the_hmac_of_the_name():
    # printf reader-1 | openssl dgst -sha256 -hmac 'sixteen bytes!!!'
    assert make_pseudonyms(["reader-1"], "keyed", KEY) == {"reader-1": "author-ee97c15ea19ce0eb"}
    assert make_pseudonyms(["reader-1"], "keyed", KEY + b"!") != make_pseudonyms(["reader-1"], "keyed", KEY)


@given(st.lists(NAMES), st.sampled_from(["sequential", "keyed", "keep"]), st.randoms())
def test_an_author_has_one_pseudonym_however_the_name_is_written(names, how, random):
    pseudonyms = make_pseudonyms(names, how, KEY)
    assert set(pseudonyms) == {fold_name(name) for name in names} - {""}
    assert len(set(pseudonyms.values())) == len(pseudonyms)
    written = [unicodedata.normalize(random.choice(["NFC", "NFD"]), f" {name}\n") for name in names]
    assert make_pseudonyms(written, how, KEY) == pseudonyms
    if how == "keep":
        assert all(name == pseudonym for name, pseudonym in pseudonyms.items())
    if how == "keyed":
        assert make_pseudonyms(reversed(names), how, KEY) == pseudonyms
        assert all(re.fullmatch(r"author-[0-9a-f]{16}", pseudonym) for pseudonym in pseudonyms.values())


def test_a_name_that_is_no_text_has_a_pseudonym_too():
    assert list(make_pseudonyms(["\ud800"], "keyed", KEY)) == ["\ud800"]


def test_the_key_comes_from_the_environment_as_bytes():
    assert read_pseudonym_key({KEY_VARIABLE: "sechzehn Zeichen ü"}) == "sechzehn Zeichen ü".encode()
    assert read_pseudonym_key({KEY_VARIABLE: "0123456789abcde\udcff"}) == b"0123456789abcde\xff"


def test_the_key_of_the_process_is_read_when_asked(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    assert read_pseudonym_key() == KEY


@pytest.mark.parametrize(
    ("key", "found"),
    [(None, "found none"), ("", "found none"), ("   ", "found none"), ("secret-of-15-by", "found one of 15")],
)
def test_a_missing_or_short_key_is_refused_and_never_shown(key, found):
    with pytest.raises(InputError) as refused:
        read_pseudonym_key({} if key is None else {KEY_VARIABLE: key})
    said = str(refused.value)
    assert said.startswith("STANCE_PSEUDONYM_KEY: expected a secret of 16 bytes or more for keyed pseudonyms, " + found)
    assert "set it to the output of `openssl rand -hex 32`" in said
    assert "secret-of" not in said


@pytest.mark.parametrize("key", [None, b"short"])
def test_keyed_pseudonyms_without_a_good_key_are_refused(key):
    with pytest.raises(InputError, match="expected a secret of 16 bytes or more"):
        make_pseudonyms(["reader-1"], "keyed", key)


def test_an_unknown_way_is_refused_with_the_near_miss():
    with pytest.raises(InputError, match=r"expected authors to be one of .*, found 'key'\. Did you mean 'keyed'\?"):
        make_pseudonyms([], "key")
