"""How well exports are read: against the truth of invented ones, by format."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

from benchmarks import generated_chats, generated_exports, generated_networks, generated_xml
from benchmarks.generated_entries import LANGUAGES
from benchmarks.html_score import Score, print_scores, score
from benchmarks.invented_threads import Invented, Sample
from stance.errors import ReadError
from stance.pages import read_stream
from stance.thread import Thread

FORMATS = {
    **generated_exports.JSON_FORMATS,
    **generated_networks.JSON_FORMATS,
    **generated_chats.JSON_FORMATS,
    **generated_xml.XML_FORMATS,
}


def make_export(name: str, code: str, seed: int) -> Sample:
    """Return an invented export of a format, in the words of a language."""
    deepest, write = FORMATS[name]
    return write(Invented(code, seed, name, deepest))


def read_and_score(name: str, code: str, seed: int) -> Score:
    """Return the score of one invented export."""
    sample = make_export(name, code, seed)
    try:
        threads = list(read_stream(BytesIO(sample.data), sample.name))
    except ReadError:
        return Score(len(sample.truth))
    found = Score()
    for place, thread in enumerate(threads):
        found = found.plus(score(_in_utc(thread), [] if place else sample.truth))
    return found


def _in_utc(thread: Thread) -> Thread:
    comments = [replace(comment, published=_utc(comment.published)) for comment in thread.comments]
    return replace(thread, comments=tuple(comments))


def _utc(published: str | None) -> str | None:
    """Return a moment in UTC; one without a zone, or without a time of day, as it is."""
    moment = datetime.fromisoformat(published) if published else None
    return moment.astimezone(UTC).isoformat() if moment and moment.tzinfo else published


def scores(seeds: Sequence[int]) -> Iterator[tuple[str, Score]]:
    """Yield the score of each format over all languages."""
    for name in FORMATS:
        total = Score()
        for code in LANGUAGES:
            for seed in seeds:
                total = total.plus(read_and_score(name, code, seed))
        yield name, total


def main() -> None:
    """Print all scores: python -m benchmarks.export_score, in the folder experiments."""
    print_scores(scores(range(3)))


if __name__ == "__main__":
    main()
