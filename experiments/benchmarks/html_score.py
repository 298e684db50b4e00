"""How well pages of HTML are read: against the truth of invented pages, by kind of page and by language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.generated_entries import LANGUAGES, folded
from benchmarks.generated_html import THEMES, Truth, make_html
from stance.errors import ReadError
from stance.pages.html import parse_html
from stance.thread import Comment, Thread

LEAST = {"platforms": 0.99, "unknown": 0.93, "discussions": 0.9}


class Score(NamedTuple):
    """Counts over pages: entries shown, found, right in text, of these right in author, in time and in parent, and
    silently wrong: a text or an author that is not on the page so, in a thread without any finding.
    """

    shown: int = 0
    found: int = 0
    right: int = 0
    author: int = 0
    time: int = 0
    parent: int = 0
    silent: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall of entries right in text."""
        return 2 * self.right / max(1, self.shown + self.found)

    @property
    def fields(self) -> tuple[float, float, float]:
        """The shares of the entries right in text that are right in author, in time and in parent."""
        return (self.author / max(1, self.right), self.time / max(1, self.right), self.parent / max(1, self.right))

    def plus(self, other: "Score") -> "Score":
        """Return the sum of two scores."""
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def score(thread: Thread | None, truth: Sequence[Truth]) -> Score:
    """Score one page's thread (None: it was refused). An author that the page does not show must be None."""
    if thread is None:
        return Score(len(truth))
    by_text: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(truth):
        by_text[folded(entry.text)].append(place)
    place_of: dict[str, int] = {}
    matched = []
    wrong = 0
    for comment in thread.comments:
        alike = by_text.get(folded(comment.text), [])
        alike.sort(
            key=lambda place: (not _same_time(comment.published, truth[place]), truth[place].author != comment.author)
        )
        if not alike:
            wrong += 1
            continue
        place_of[comment.comment_id] = alike[0]
        matched.append((comment, alike.pop(0)))
    author = time = parent = 0
    for comment, place in matched:
        is_author = comment.author == truth[place].author
        author += is_author
        wrong += not is_author and comment.author is not None
        time += _same_time(comment.published, truth[place])
        parent += (place_of.get(comment.parent_id) if comment.parent_id else None) == truth[place].parent
    found = len(thread.comments)
    return Score(len(truth), found, len(matched), author, time, parent, 0 if thread.findings else wrong)


def _is_other(comment: Comment, entry: Truth) -> tuple[bool, bool]:
    return not _same_time(comment.published, entry), entry.author != comment.author


def _same_time(published: str | None, truth: Truth) -> bool:
    if truth.published is None or published is None:
        return published is None and (truth.published is None or not truth.is_read)
    return published.startswith(truth.published)


def scores(seeds: Sequence[int]) -> Iterator[tuple[str, Score]]:
    """Yield the score of each kind of page, of each language, then of each theme."""
    totals: dict[str, Score] = {}
    for name, theme in THEMES.items():
        for code in LANGUAGES:
            for seed in seeds:
                one = read_and_score(name, code, seed)
                for key in (theme.group, f"language: {code}", f"theme: {name}"):
                    totals[key] = totals.get(key, Score()).plus(one)
    yield from sorted(totals.items(), key=lambda row: (":" in row[0], row[0].startswith("theme")))


def read_and_score(name: str, code: str, seed: int) -> Score:
    """Return the score of one invented page."""
    page, truth = make_html(name, code, seed)
    try:
        thread = parse_html(page.encode(), "page.html")
    except ReadError:
        thread = None
    return score(thread, truth)


def print_scores(found: Iterable[tuple[str, Score]]) -> None:
    """Print a line a score: entries, F1, the shares right in author, time and parent, and the silently wrong."""
    for key, one in found:
        fields = " ".join(f"{share:.3f}" for share in one.fields)
        silent = 100 * one.silent / max(1, one.found)
        print(f"{key:28} {one.shown:5} F1 {one.f1:.3f} author, time, parent {fields} silently wrong {silent:.1f} %")


def main() -> None:
    """Print all scores: python -m benchmarks.html_score, in the folder experiments."""
    print_scores(scores(range(2)))


if __name__ == "__main__":
    main()
