"""How well pages, dumps and exports are read: scores on invented ones of known truth, the tables of docs/pages.md.

python experiments/reading.py                            # prints the tables
python experiments/reading.py --write docs/pages.md      # and puts them into the page
"""

import argparse
from collections.abc import Mapping
from functools import reduce
from pathlib import Path

from benchmarks import dump_score, export_score, html_score
from benchmarks.generated_entries import LANGUAGES
from page_tables import show

DRAWS = range(100, 103)  # looked at for these tables only
DRAWS_OF_DUMPS = range(103, 104)  # the one before was looked at while dumps were worked on
KINDS = {
    "platforms": "platforms: WordPress, Blogger, Drupal, SPIP",
    "discussions": "discussions: eleven of the sites above",
    "unknown": "themes that nobody has named",
    "language: en": "all of these in English",
    "language: none": "all in a language that exists nowhere",
}
PLATFORMS = {
    "WordPress, six themes": ("wp_html5", "wp_classic", "wp_kubrick", "wp_oldest", "journalist", "genesis"),
    "Blogger, old and new": ("blogger_old", "blogger"),
    "Drupal 6": ("drupal6",),
    "SPIP": ("spip",),
    "Hacker News": ("hacker_news",),
    "phpBB 3": ("phpbb3",),
    "vBulletin 4": ("vbulletin4",),
    "XenForo 1 and 2": ("xenforo1", "xenforo2"),
    "Discourse": ("discourse",),
    "Stack Exchange": ("stackexchange",),
    "MediaWiki, talk pages": ("mediawiki",),
    "Livefyre": ("livefyre",),
    "Reddit, old and new": ("reddit_old", "reddit_new"),
}
NAMES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
}


def html_tables() -> dict[str, str]:
    """Return the scores on pages by kind of page, and those on each platform."""
    found = dict(html_score.scores(DRAWS))
    platforms = {
        name: reduce(html_score.Score.plus, (found[f"theme: {theme}"] for theme in themes))
        for name, themes in PLATFORMS.items()
    }
    return {
        "pages": _table("pages", {words: found[key] for key, words in KINDS.items()}),
        "platforms": _table("platform", platforms),
    }


def _table(title: str, scores: Mapping[str, html_score.Score]) -> str:
    lines = [f"| {title} | entries | F1 | author | time | parent | silently wrong |", "|---|---|---|---|---|---|---|"]
    for words, one in scores.items():
        fields = " | ".join(f"{share:.3f}" for share in one.fields)
        lines.append(f"| {words} | {one.shown:,} | {one.f1:.3f} | {fields} | {100 * one.silent / one.found:.1f} % |")
    return "\n".join(lines)


def export_table() -> str:
    """Return the scores on exports by format."""
    return _table("format", dict(export_score.scores(DRAWS)))


def dump_table() -> str:
    """Return the scores on dumps by renderer, then by language."""
    lines = ["| dumps | entries | F1 | silently wrong |", "|---|---|---|---|"]
    for key, one in dump_score.scores(DRAWS_OF_DUMPS):
        code = key.removeprefix("language: ")
        words = key if code not in LANGUAGES else f"in {NAMES.get(code, 'a language that exists nowhere')}"
        lines.append(f"| {words} | {one.shown:,} | {one.f1:.3f} | {100 * one.silent / max(1, one.found):.1f} % |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables, and put them into a page where one is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    show({"exports": export_table(), **html_tables(), "dumps": dump_table()}, parser.parse_args().write)


if __name__ == "__main__":
    main()
