"""The dataset card: the hub's YAML header and a data statement, filled from the counts and the study's card."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from stance.dataset.examples import StanceDataset
from stance.dataset.folder._limits import known_limits
from stance.study.agreement import Agreement

if TYPE_CHECKING:
    from jinja2 import Environment

# what the hub calls the licences that cards name in full or in short
LICENCES = {
    "cc0": "cc0-1.0",
    "cc0-1.0": "cc0-1.0",
    "cc-by-4.0": "cc-by-4.0",
    "cc-by-sa-4.0": "cc-by-sa-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0",
    "apache-2.0": "apache-2.0",
    "mit": "mit",
}
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
CHOSEN = ("unit", "context", "context_limit", "near_duplicates", "duplicates")
# what a study's card or a table's `about` may say
SAID = (
    "title",
    "files",
    "source",
    "dates",
    "language",
    "collected",
    "labelled_by",
    "annotators",
    "sensitive",
    "licence",
    "contact",
    "revision",
    "superseded_by",
)
REASONS = {
    "ping": "left by another site automatically",
    "erased": "its author asked for it",
    "no_text": "nothing but white space",
    "not_annotated": "nobody labelled it",
    "not_annotated_by_people": "only a language model labelled it, and people's labels count",
    "undecided": "two labels are equally probable",
    "no_majority": "the first place is shared by two labels or more",
    "not_unanimous": "annotators disagree",
    "not_by_annotator": "the named annotator did not label it",
    "duplicate": "another example has the same text and target",
}


def card_text(dataset: StanceDataset, splits: Mapping[str, int], code: Mapping[str, str]) -> str:
    """Return the text of a dataset's README.md; `splits` are the numbers of examples by split of the hub."""
    counts, about = dataset.stats, dataset.about
    config = about.get("config") or {}
    straddling = counts["duplicates"]["across_splits"]
    from markupsafe import Markup

    values = {
        "header": Markup(_header(dataset, splits)),
        "name": dataset.name,
        "about": {key: about.get(key) for key in SAID},
        "tables": [(title, counts[f"{title}s"]) for title in ("target", "split") if f"{title}s" in counts],
        "about_what": dataset.about_what,
        "several": len(dataset.targets) > 1,
        "labels": dataset.labels,
        "counts": counts,
        "splits": splits,
        "dropped": [(reason, number, REASONS.get(reason, "")) for reason, number in counts["dropped"].items()],
        "agreement": str(dataset.agreement or ""),
        "agreement_of_models": list(_of_models(counts)),
        "adjudication": _adjudication_words(dataset.about),
        "straddling": [example_id for sides in straddling for ids in sides.values() for example_id in ids],
        "persons": _persons_words(dataset),
        "limits": known_limits(dataset),
        "config": {key: config.get(key) for key in CHOSEN},
        "sha": dataset.sha,
        "code": ", ".join(f"{name} {value}" for name, value in code.items()),
    }
    return _environment().get_template("dataset.md.j2").render(values)


def _of_models(counts: Mapping[str, Any]) -> Iterator[str]:
    """Yield how models agree where people decide: among themselves, and each with the label that people came to."""
    if found := counts.get("agreement_of_models"):
        yield f"models among themselves: {Agreement.from_dict(found)}"
    for name, found in counts.get("agreement_with_models", {}).items():
        yield f"the label that people came to with the model {name}, which has no vote: {Agreement.from_dict(found)}"


def _header(dataset: StanceDataset, splits: Mapping[str, int]) -> str:
    """Return the YAML that the hub reads: licence, language, size, task, files by split and features."""
    from datasets import DatasetInfo
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    about = dataset.about
    header = DatasetCardData(
        language=about.get("language") or None,
        license=licence_of(str(about.get("licence") or "")),
        pretty_name=about.get("title") or dataset.name,
        size_categories=[size_category(len(dataset.examples))],
        task_categories=["text-classification"],
        task_ids=["multi-class-classification"],
        tags=["stance-detection"],
    )
    DatasetInfosDict({"default": DatasetInfo(features=dataset.examples.features)}).to_dataset_card_data(header)
    files = [{"split": split, "path": f"data/{split}*.parquet"} for split in splits]
    header["configs"] = [{"config_name": "default", "data_files": files}]
    return str(header.to_yaml(line_break="\n"))


def licence_of(licence: str) -> str:
    """Return the hub's name of a licence, "other" where the card says it in words, "unknown" where it says none.

    >>> licence_of("CC0"), licence_of("The comments belong to their authors.")
    ('cc0-1.0', 'other')
    """
    return LICENCES.get(licence.strip().lower(), "other" if licence.strip() else "unknown")


def size_category(n_examples: int) -> str:
    """Return the hub's name for a number of examples.

    >>> size_category(16), size_category(4_448)
    ('n<1K', '1K<n<10K')
    """
    return next((name for most, name in SIZES if n_examples < most), "n>100M")


ADJUDICATIONS = {
    "majority": "the one that more annotators gave than any other",
    "unanimous": "the one that all annotators gave",
    "dawid_skene": "the most likely one by the model of Dawid and Skene, which weighs annotators by their errors",
    "mace": "the most likely one by MACE, which weighs annotators by how often they seem to guess",
    "annotator": "the one that a named annotator gave",
}


def _adjudication_words(about: Mapping[str, Any]) -> str:
    """Return how annotators' labels became one."""
    config = about.get("config") or {}
    how, annotator = str(config.get("adjudication", "")), config.get("annotator")
    words = ADJUDICATIONS.get(how, how)
    if annotator:
        words += f" ({annotator})" if how == "annotator" else f"; {annotator} decides ties"
    if adjudicator := about.get("adjudicator"):
        words += f"; where {adjudicator} has given one, having seen what the others gave, that one"
    return f"{words}; a label that the table publishes goes before that" if "columns" in config else words


def _persons_words(dataset: StanceDataset) -> str:
    """Return how authors are named and what is masked in texts."""
    config = dataset.about.get("config") or {}
    authors = {
        "sequential": "Authors are numbered in the order of their first appearance.",
        "keyed": "Authors are pseudonyms under a secret key, the same in every study that uses the key.",
        "keep": f"Authors have the names that they show: {dataset.about.get('authors_kept_because')}.",
    }
    counts = dataset.stats.get("masked") or {}
    masked = ", ".join(f"{kind} ({counts[kind]:,})" if kind in counts else kind for kind in config.get("mask") or ())
    texts = f"Masked in texts: {masked}." if masked else "Texts are as they were written."
    return f"{authors[config.get('authors', 'sequential')]} {texts}"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stance.dataset.folder", ""),
        undefined=StrictUndefined,
        finalize=_no_tags,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["one_line"] = _one_line
    return environment


def _no_tags(value: object) -> object:
    """Return what is written into Markdown so that it begins no tag of HTML, link or picture; the header stays."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return value.replace("<", "&lt;").replace("](", "]\\(")


def _one_line(cell: object) -> str:
    """Return a text as it stands in a line of Markdown, where `|` ends a cell, `<` begins a tag and `](` a link."""
    return " ".join(str(cell).split()).replace("|", "\\|").replace("<", "&lt;").replace("](", "]\\(")
