"""The report of shares: the answer in a sentence, the methods beside it, differences, and what cannot be told."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.report._page import Picture, Report, Section, draw
from stance.report._table import Table
from stance.report.shares._plots import plot_by, plot_over_time, plot_shares

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "labelled": "the labelled sample alone (Hájek 1971)",
    "ppi": "prediction-powered inference (Angelopoulos et al. 2023)",
    "ppi++": "power-tuned prediction-powered inference (PPI++; Angelopoulos, Duchi and Zrnic 2024)",
    "dsl": "design-based supervised learning (Egami et al. 2023)",
    "adjusted_count": "adjusted count (Forman 2008)",
    "em": "EM for label shift (Saerens, Latinne and Decaestecker 2002)",
    "naive": "predictions counted, which no interval makes right",
}
SHOWN = {"share": "{:.3f}", "naive": "{:.3f}", "worth": "{:,.0f}", "difference": "{:+.3f}"}
SHARE = ("share", "share_low", "share_high")
TIME = "month"
MOST_NAMED = 10
NOT_TOLD = (
    "Whether the labels are right: an annotator who errs, a person or a model, errs in the shares too.",
    "What people think who do not comment, or comment elsewhere.",
    "Whether anybody changed their mind: other people may have written in other months.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """What a report of shares is made from.

    `overall`: the table of `estimate_shares` for all methods; `by`: that of the first method for each column;
    `contrasts`: the table of `contrast_shares` for each column; `notes`: what a reader must know of the labels and
    predictions; `plan`: how many labels more it takes, in a sentence.
    """

    title: str
    target: str
    labels: Sequence[str]
    of: str
    population: str
    group: str | None
    level: float
    overall: "pd.DataFrame"
    by: "Mapping[str, pd.DataFrame]"
    contrasts: "Mapping[str, pd.DataFrame]"
    notes: Sequence[str]
    plan: str

    @property
    def headline(self) -> "pd.DataFrame":
        """The rows of the first method."""
        first: pd.DataFrame = self.overall[self.overall["method"] == self.overall["method"].iloc[0]]
        return first


def shares_report(found: Estimated, made_by: str) -> Report:
    """Return the report of shares."""
    answer = [_sentence(row, found) for row in found.headline.to_dict("records")]
    picture = draw("shares", plot_shares(found.headline, f"Shares of {found.of}: {found.target}"), "; ".join(answer))
    table = _shown(
        found.overall, ["target", "label", "method", *SHARE, "n_labelled", "n", "worth", "assumes", "caution"]
    )
    note = (
        f"Intervals: {100 * found.level:.0f} %. worth: how many labels the labelled sample alone would need for this "
        "interval. A row that assumes something holds only if that is so, and its interval too; one with a caution is "
        "rough: by the simulation mostly too wide, and sometimes too narrow."
    )
    tables = [Table("shares", "Every method", table, note, SHOWN)]
    sections = [Section("Shares", [*found.notes, found.plan], [picture], tables)]
    sections += [_by_section(found, column) for column in found.by]
    sections.append(Section("How", _how(found)))
    sections.append(Section("What cannot be told", NOT_TOLD))
    return Report(found.title, answer, sections, made_by)


def _sentence(row: "Mapping[Hashable, object]", found: Estimated) -> str:
    about = f"{row['target']}, " if "target" in row else ""
    share = f"{about}{row['label']}: {100 * float(str(row['share'])):.1f} % of the {found.of}"
    if row["low"] != row["low"]:
        return f"{share}, with no interval; it {row['assumes']}" if row["assumes"] else f"{share}, with no interval"
    ends = f"{100 * float(str(row['low'])):.1f} to {100 * float(str(row['high'])):.1f}"
    if row["assumes"]:
        return f"{share} ({ends} only if what it rests on is so); it {row['assumes']}"
    rough = f", a rough interval: {row['caution']}" if row["caution"] else ""
    return f"{share} ({ends}{rough}); counting predictions would say {100 * float(str(row['naive'])):.1f} %"


def _by_section(found: Estimated, column: str) -> Section:
    """Return the section of one column: its picture, its shares, its differences, and where nothing is labelled."""
    table = found.by[column]
    title = f"Shares of {found.of} by {column}"
    plot = plot_over_time if column == TIME else plot_by
    picture: list[Picture] = [
        draw(f"by_{column}", plot(table, column, found.labels, title), f"{title}: the table below")
    ]
    shown = _shown(table, [column, "label", *SHARE, "n_labelled", "n", "naive", "caution"])
    note = "naive: predictions counted. An interval with a caution is rough."
    tables = [Table(f"by_{column}", title, shown, note, SHOWN)]
    said = without_interval(table, column)
    contrasts = found.contrasts.get(column)
    if contrasts is not None and len(contrasts):
        apart = contrasts[contrasts["told_apart"]]
        said += [
            f"Told apart: {row['contrast']}, {row['label']} {100 * row['difference']:+.1f} points."
            for row in apart.head(10).to_dict("records")
        ] or ["Nothing is told apart."]
        differences = contrasts.rename(columns={"low": "difference_low", "high": "difference_high"})
        hold = "Intervals hold for all rows together (largest contrast of a label, Bonferroni over labels)."
        tables.append(Table(f"differences_by_{column}", f"Differences by {column}", differences, hold, SHOWN))
    return Section(title, said, picture, tables)


def without_interval(table: "pd.DataFrame", column: str) -> list[str]:
    """Return a sentence that names the values of a column with too few labels for an interval, if there are any."""
    empty = sorted(set(table.loc[table["low"].isna(), column].astype(str)))
    if not empty:
        return []
    more = f" and {len(empty) - MOST_NAMED:,} more" if len(empty) > MOST_NAMED else ""
    return [
        f"Too few labels for an interval in {len(empty):,} of {table[column].nunique():,}: "
        f"{', '.join(empty[:MOST_NAMED])}{more}. Only the naive count stands there; label some of their comments."
    ]


def _shown(table: "pd.DataFrame", columns: Sequence[str]) -> "pd.DataFrame":
    """Return those columns of a table that say something."""
    renamed = table.rename(columns={"low": "share_low", "high": "share_high"})
    silent = [column for column in ("assumes", "caution") if not renamed[column].any()]
    return renamed[[column for column in columns if column in renamed and column not in silent]]


def _how(found: Estimated) -> list[str]:
    of = "these comments; only the draw of the labelled ones is uncertain"
    if found.population == "groups":
        of = f"comments like these by others too; comments of one {found.group or 'row'} go together"
    used = list(dict.fromkeys(found.overall["method"]))
    lines = [f"The shares are of {of}."]
    if found.of == "commenters":
        lines.append("Each commenter has one vote, which their comments share equally.")
    return [*lines, *(f"{method}: {METHODS[method]}." for method in used)]
