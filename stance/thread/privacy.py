"""Privacy: pseudonyms for authors, and masks for mentions, e-mail addresses, URLs and names in their texts."""

import hmac
import os
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from stance.errors import InputError, did_you_mean
from stance.thread.names import PLACEHOLDERS, find_names
from stance.thread.recogniser import PREFIX, find_persons

Authors: TypeAlias = Literal["sequential", "keyed", "keep"]
Mask: TypeAlias = str  # mentions, emails, urls, names, or spacy: and the name of a pipeline
KEY_VARIABLE = "STANCE_PSEUDONYM_KEY"
_KEY_BYTES = 16
_PLACEHOLDERS: dict[str, str] = {"mentions": "@user", "emails": "[email]", "urls": "[url]", "names": "[name]"}
# in this order, since an address may stand in a URL and an @ in an address; every run of characters is read once
# (possessive, or behind a character that cannot be part of it), so that no text takes more than linear time
# a name ends where a URL begins, since words are often glued to one
_NAME = r"(?:(?![a-z]{2,16}://)\w)++"
_WWW = r"(?<![a-z0-9])(?-i:www|WWW|Www)\d?\."
_LOCAL = rf"(?<![a-z0-9_.%+-])(?:(?!{_WWW})[a-z0-9_.%+-])++(?<=[a-z0-9_])"
_PATTERNS: dict[Mask, str] = {
    "urls": rf"(?:[a-z]{{2,16}}://|{_WWW})[^\W_][^\s<>\[\]\"“”«»]*+",
    "emails": rf"{_LOCAL}(?:[@＠]{_NAME}(?:[.%+-]++{_NAME})*+)++",
    "mentions": rf"(?<![a-z0-9_])[@＠](?=\d*[^\W\d]){_NAME}(?:[.-]{_NAME})*+(?:[@＠]{_NAME}(?:[.-]{_NAME})*+)*+(?:://\S*+)?+",
}
_DOMAIN = re.compile(r"[@＠][^@＠]*\w\.\w")
_WORD = re.compile(r"\w+")
_AFTER_URL = ".,;:!?'’‘…)}*_~。，！？、；：）」』"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its masks, and the way to it from the offsets of the text before.

    `cuts` are, in order, (start, end, start in the new text, end in the new text) of what was replaced, and `kinds`
    the kind of mask that each of them is of.
    """

    text: str
    cuts: tuple[tuple[int, int, int, int], ...] = ()
    kinds: tuple[Mask, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` to `end` of the text before now stand, masks taken whole.

        >>> mask_text("ask @reader-1 first", ["mentions"]).span(7, 19)
        (4, 15)
        """
        before = bisect_right(self.cuts, start, key=lambda cut: cut[0])
        if before and start < self.cuts[before - 1][1]:
            new_start = self.cuts[before - 1][2]
        else:
            new_start = start + self._shift(before)
        after = bisect_left(self.cuts, end, key=lambda cut: cut[0])
        if after and end < self.cuts[after - 1][1]:
            return new_start, self.cuts[after - 1][3]
        return new_start, max(new_start, end + self._shift(after))

    def _shift(self, n_cuts: int) -> int:
        """Return by how much the text after the first `n_cuts` cuts has moved."""
        return self.cuts[n_cuts - 1][3] - self.cuts[n_cuts - 1][1] if n_cuts else 0


def mask_text(text: str, kinds: Sequence[Mask], authors: tuple[str, ...] = ()) -> Masked:
    """Replace @mentions by `@user`, e-mail addresses by `[email]` and URLs by `[url]`, of the `kinds` that are given.

    `names`: what the text calls the `authors` of its thread by becomes `[name]`, as `stance.thread.names` finds it,
    and with `spacy:<package or folder>` so do the persons that this pipeline finds (`stance.thread.recogniser`).

    A URL has a scheme or begins with www; the punctuation after it stays. `example.org` alone is left, since in
    comments such words are mostly two sentences without a space between. Masking twice changes nothing more.

    >>> mask_text("@reader-1: see www.example.org.", ["mentions", "urls"]).text
    '@user: see [url].'

    Raises InputError that names every kind that is not known.
    """
    pattern = _pattern(tuple(kinds))
    signs = _signs(text) if {*kinds} & {*_PATTERNS} else []
    found = [*_found(text, signs, pattern)] if signs else []
    if "names" in kinds and authors:
        found = _with_names(found, [(*span, "names") for span in find_names(text, authors)], text)
    for kind in kinds:
        if kind.startswith(PREFIX):
            found = _with_names(found, [(*span, kind) for span in find_persons(text, kind)], text)
    if not found:
        return Masked(text)
    pieces, cuts = [], []
    old = new = 0
    for start, end, kind in found:
        placeholder = _PLACEHOLDERS.get(kind, _PLACEHOLDERS["names"])
        pieces += [text[old:start], placeholder]
        new += start - old + len(placeholder)
        cuts.append((start, end, new - len(placeholder), new))
        old = end
    return Masked("".join([*pieces, text[old:]]), tuple(cuts), tuple(kind for *_, kind in found))


def mask_evidence(
    masked: Masked, evidence: str, start: int | None, kinds: Sequence[Mask], authors: tuple[str, ...] = ()
) -> tuple[str, int | None]:
    """Return a quotation and its start after its text was masked: what now stands in its place.

    A quotation that was not found in the text (`start` None) is masked by itself.
    """
    if start is None:
        return mask_text(evidence, kinds, authors).text, None
    first, last = masked.span(start, start + len(evidence))
    return masked.text[first:last], first


def make_pseudonyms(
    names: Iterable[str | None], how: Authors = "sequential", key: bytes | None = None
) -> dict[str, str]:
    """Map each author's name, folded by `fold_name`, to a pseudonym; None and empty names have none.

    `sequential`: `author-01`, `author-02`, … in the order of first appearance. `keyed`: `author-` and 16 hex digits
    of the name's HMAC-SHA-256 (RFC 2104) under `key`, the same in every study with that key. `keep`: the name.

    >>> make_pseudonyms(["reader-2", None, "reader-1", "reader-2 "])
    {'reader-2': 'author-01', 'reader-1': 'author-02'}

    Raises InputError for an unknown way, or for `keyed` with a key of fewer than 16 bytes.
    """
    return pseudonyms_of_folded((fold_name(name) for name in names if name), how, key)


def pseudonyms_of_folded(names: Iterable[str], how: Authors = "sequential", key: bytes | None = None) -> dict[str, str]:
    """Map names that are folded already as `make_pseudonyms` does."""
    if how not in get_args(Authors):
        known = get_args(Authors)
        raise InputError(f"expected authors to be one of {list(known)}, found {how!r}.{did_you_mean(str(how), known)}")
    folded = dict.fromkeys(name for name in names if name)
    if how == "keep":
        return {name: name for name in folded}
    if how == "keyed":
        secret = _checked(key)
        return {name: f"author-{_digest(secret, name)}" for name in folded}
    width = max(2, len(str(len(folded))))
    return {name: f"author-{number:0{width}}" for number, name in enumerate(folded, start=1)}


def fold_name(name: str) -> str:
    """Return a name in one encoding (NFC) and with single spaces, so that one author has one pseudonym."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def read_pseudonym_key(environment: Mapping[str, str] = os.environ) -> bytes:
    """Return the key for keyed pseudonyms from the environment variable STANCE_PSEUDONYM_KEY.

    Raises InputError, which never shows the key, if it is missing or has fewer than 16 bytes.
    """
    return _checked(environment.get(KEY_VARIABLE, "").encode("utf-8", "surrogateescape"))


def _checked(key: bytes | None) -> bytes:
    length = len(key.strip()) if key else 0
    if key is None or length < _KEY_BYTES:
        found = f"one of {length}" if length else "none"
        raise InputError(
            f"{KEY_VARIABLE}: expected a secret of {_KEY_BYTES} bytes or more for keyed pseudonyms, found {found}; set "
            "it to the output of `openssl rand -hex 32`, and keep that apart from the data"
        )
    return key


def _digest(key: bytes, name: str) -> str:
    return hmac.digest(key, name.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]


def _signs(text: str) -> list[str]:
    """Return what in a text may be part of something to mask: looking for it is much quicker than matching."""
    signs = [sign for sign in ("@", "＠", "://") if sign in text]
    return [*signs, "www", "WWW", "Www"] if "www" in text.lower() else signs


@lru_cache(maxsize=8)
def _pattern(kinds: tuple[Mask, ...]) -> re.Pattern[str]:
    if unknown := [kind for kind in kinds if kind not in _PLACEHOLDERS and kind.removeprefix(PREFIX) in (kind, "")]:
        hints = "".join(did_you_mean(str(kind), _PLACEHOLDERS) for kind in unknown)
        known = f"{sorted(_PLACEHOLDERS)} or {PREFIX}<a package or folder>"
        raise InputError(f"expected masks of {known}, found {unknown}.{hints}")
    chosen = (f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items() if kind in kinds)
    return re.compile("|".join(chosen), re.IGNORECASE)


def _found(text: str, signs: Sequence[str], pattern: re.Pattern[str]) -> Iterator[tuple[int, int, Mask]]:
    """Yield (start, end, kind) of all that is to be replaced.

    Nothing that is replaced holds a space, so only the words around a sign of it are matched.
    """
    end = 0
    for place in sorted(match.start() for sign in signs for match in re.finditer(sign, text)):
        if place < end:
            continue
        start = max(end, text.rfind(" ", end, place))
        end = text.find(" ", place)
        end = len(text) if end < 0 else end
        for match in pattern.finditer(text, start, end):
            found = match[0]
            if match.lastgroup == "emails" and not _DOMAIN.search(found):
                continue  # "lunch@home" is no address
            if match.lastgroup == "urls":
                found = _without_punctuation(found)
            if found != _PLACEHOLDERS[str(match.lastgroup)]:
                yield match.start(), match.start() + len(found), str(match.lastgroup)


def _with_names(
    found: Sequence[tuple[int, int, Mask]], names: Sequence[tuple[int, int, Mask]], text: str
) -> list[tuple[int, int, Mask]]:
    """Return what is to be replaced with what is outside of it of each name, in order; both are in order before."""
    made, taken = [], 0
    for start, end, kind in names:
        if {word.lower() for word in _WORD.findall(text[start:end])} <= PLACEHOLDERS:
            continue  # what another mask left, or nothing to read
        while taken < len(found) and found[taken][1] <= start:
            taken += 1
        for place in range(taken, len(found)):
            if found[place][0] >= end:
                break
            made.append((start, found[place][0], kind))
            start = max(start, found[place][1])
        made.append((start, end, kind))
    outside = (_trimmed(text, *each) for each in made if each[0] < each[1])
    return sorted([*found, *(each for each in outside if _WORD.search(text, each[0], each[1]))])


def _trimmed(text: str, start: int, end: int, kind: Mask) -> tuple[int, int, Mask]:
    """Return a span without the white space around what it holds."""
    return end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()), kind


def _without_punctuation(url: str) -> str:
    """Return a URL without the punctuation of the sentence around it; a bracket that it opens itself stays."""
    closing = url.count(")") - url.count("(")
    end = len(url)
    while url[end - 1] in _AFTER_URL and (url[end - 1] != ")" or closing > 0):
        closing -= url[end - 1] == ")"
        end -= 1
    return url[:end]
