"""The page of a report: sections of words, tables and pictures, as one HTML file, as Markdown, and each for itself."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from stance.report._browse import Browse
from stance.report._plots import figure_bytes, settle
from stance.report._table import Table

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A figure as PNG and SVG, the name of its files, and what it shows in words, for those who cannot see it."""

    name: str
    words: str
    png: bytes
    svg: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A part of a report: paragraphs, then pictures, then tables.

    What is `folded` is one click away on the page. `wordless` is what stands in its place where words of comments may
    not go; None if it holds none.
    """

    title: str
    paragraphs: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    wordless: "Section | None" = None
    folded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a person puts before a reviewer: `verdict` says it in a few sentences, `made_by` how it came about.

    `browse` is a page beside it, on which every comment can be looked up.
    """

    title: str
    verdict: Sequence[str]
    sections: Sequence[Section]
    made_by: str
    browse: Browse | None = None

    def without_words(self) -> "Report":
        """Return the report without words of comments: only ids, pseudonyms, labels and numbers."""
        sections = [section.wordless or section for section in self.sections]
        return replace(self, sections=sections, browse=self.browse.without_words() if self.browse else None)


def draw(name: str, figure: Any, words: str) -> Picture:
    """Return a figure of `stance.report._plots` as a picture of a report."""
    settle(figure)
    return Picture(name, words, figure_bytes(figure, "png"), figure_bytes(figure, "svg"))


def report_files(report: Report, name: str = "report") -> dict[str, bytes]:
    """Return the files of a report by path: <name>.html, self-contained, <name>.md, plots/ and tables/, and
    comments.html where there are comments to browse.

    Each picture is there as PNG and SVG, each table as CSV and LaTeX.
    """
    pictures = [picture for section in report.sections for picture in section.pictures]
    tables = [table for section in report.sections for table in section.tables]
    images = {one.name: "data:image/png;base64," + base64.b64encode(one.png).decode() for one in pictures}
    files = {
        f"{name}.html": _render("report.html.j2", {"report": report, "images": images}),
        f"{name}.md": _render("report.md.j2", {"report": report}),
    }
    if report.browse:
        values = {"browse": report.browse, "data": report.browse.to_json()}
        files["comments.html"] = _render("comments.html.j2", values)
    for picture in pictures:
        files |= {f"plots/{picture.name}.png": picture.png, f"plots/{picture.name}.svg": picture.svg}
    for table in tables:
        files[f"tables/{table.name}.csv"] = table.to_csv()
        files[f"tables/{table.name}.tex"] = table.to_latex()
    return files


def _render(template: str, values: Mapping[str, object]) -> bytes:
    return _environment(escaped=template.endswith(".html.j2")).get_template(template).render(values).encode()


@cache  # an environment keeps the templates that it has compiled, and a sweep renders them for each run
def _environment(escaped: bool) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stance.report"),
        autoescape=escaped,
        undefined=StrictUndefined,
        finalize=None if escaped else _no_tags,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["one_line"] = _one_line
    return environment


def _no_tags(value: object) -> object:
    """Return what is written into Markdown so that it begins no tag of HTML and no link or picture."""
    return value.replace("<", "&lt;").replace("](", "]\\(") if isinstance(value, str) else value


def _one_line(cell: object) -> str:
    """Return a text as it stands in a cell of Markdown, where `|` ends a cell, `<` begins a tag and `](` a link."""
    return " ".join(str(cell).split()).replace("|", "\\|").replace("<", "&lt;").replace("](", "]\\(")
