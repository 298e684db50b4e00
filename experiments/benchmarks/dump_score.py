"""How well text dumps are read: against the truth of invented pages, by renderer and by language."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.generated_dumps import THEMES, Page, Shown, make_page, renderers, what_is_shown
from benchmarks.generated_entries import LANGUAGES, folded
from stance.pages.text_dump import parse_text
from stance.thread import Thread


class Score(NamedTuple):
    """Counts over dumps: entries shown, found, right in text and author, with the right time too, and silently wrong.

    Silently wrong: a text or an author that is not on the page so, in a thread without any finding.
    """

    shown: int = 0
    found: int = 0
    right: int = 0
    timed: int = 0
    silent: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall of entries right in text and author."""
        return 2 * self.right / max(1, self.shown + self.found)

    def plus(self, other: "Score") -> "Score":
        """Return the sum of two scores."""
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def score(thread: Thread, shown: Sequence[Shown]) -> Score:
    """Score one dump's thread. An author that the dump does not show must be None."""
    by_text: dict[str, list[Shown]] = defaultdict(list)
    for entry in shown:
        by_text[folded(entry.text)].append(entry)
    right = timed = wrong = 0
    for comment in thread.comments:
        alike = by_text.get(folded(comment.text), [])
        alike.sort(key=lambda entry: (entry.published != comment.published, entry.author != comment.author))
        if not alike:
            wrong += 1
            continue
        best = alike.pop(0)
        is_right = folded(best.author) == folded(comment.author)
        right += is_right
        timed += is_right and best.published == comment.published
        wrong += not is_right and comment.author is not None
    return Score(len(shown), len(thread.comments), right, timed, 0 if thread.findings else wrong)


def scores(seeds: Sequence[int]) -> Iterator[tuple[str, Score]]:
    """Yield the score of each renderer over all themes and languages, then of each language over all renderers."""
    totals: dict[str, Score] = {}
    pages = [(code, make_page(theme, code, seed)) for theme in THEMES for code in LANGUAGES for seed in seeds]
    for name, render in renderers():
        for code, page in pages:
            one = _score_page(page, render)
            for key in (name, f"language: {code}"):
                totals[key] = totals.get(key, Score()).plus(one)
    names = Counter(totals)  # renderers first, as they came
    yield from sorted(((key, totals[key]) for key in names), key=lambda row: row[0].startswith("language"))


def _score_page(page: Page, render: Callable[[str], str]) -> Score:
    dump = render(page.html)
    shown = what_is_shown(page, dump, render(page.twin))
    if not any(entry.author or entry.published for entry in shown):
        shown = []  # bare paragraphs are nobody's, for a person too
    return score(parse_text(dump, "dump"), shown)
