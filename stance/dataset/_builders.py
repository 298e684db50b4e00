"""What a user calls, and a config names: datasets from threads, from a study's folder, from a published table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from inspect import signature
from pathlib import Path

from stance.cells import same_letters
from stance.dataset._about import SPLITS, check_about
from stance.dataset._erasing import comments_of_author, refuse_kept
from stance.dataset._finishing import finish, nothing
from stance.dataset._source import Source
from stance.dataset._study_about import about_study
from stance.dataset._study_units import Cutting, units_of_study
from stance.dataset.chunks._chunking import even_chunks
from stance.dataset.chunks._workers import open_workers
from stance.dataset.examples import StanceDataset
from stance.dataset.passes._deciding import Finishing, check_finishing
from stance.errors import InputError, check_kinds, did_you_mean
from stance.study import Study, read_study
from stance.study.adjudication import How
from stance.study.annotations import Annotation, check_annotations
from stance.thread import Thread
from stance.thread.context import ContextKind
from stance.thread.names import names_in
from stance.thread.privacy import Authors, Mask
from stance.thread.recogniser import shown_kinds
from stance.thread.units import Unit

WHOLE_COMMENTS = Cutting()
BY_MAJORITY = Finishing()
# how an example was drawn to be labelled, where it was
DRAWN = {"probability": "float64", "draw": "string"}


def build_dataset(
    threads: Iterable[Thread],
    annotations: Iterable[Annotation],
    *,
    targets: Sequence[str],
    labels: Sequence[str],
    cutting: Cutting = WHOLE_COMMENTS,
    finishing: Finishing = BY_MAJORITY,
    name: str = "dataset",
    about: Mapping[str, str] | None = None,
    split: Mapping[str, str] | None = None,
) -> StanceDataset:
    """Build a dataset from threads and annotations: one example for each unit, target and adjudicated label.

    Each unit becomes an example or is dropped with a reason: examples + dropped = units. `about` is what the
    dataset's card says, with the keys of `load_table`. `split` gives threads, by thread_id, their official split:
    train, validation or test.

    Raises InputError if a key of `about` or a split does not exist, a thread of `split` is not there, the targets or
    the label set are empty, an annotation does not fit the threads, the targets or the label set, a choice of
    `cutting` or `finishing` does not exist, or no example is left.
    """
    check_kinds(locals(), signature(build_dataset).parameters)
    threads, annotations = tuple(threads), list(map(_in_same_letters, annotations))
    targets, labels = ([same_letters(word) or word for word in words] for words in (targets, labels))
    check_annotations(annotations, threads, labels, targets=targets, language=cutting.language)
    chosen = {"unit": cutting.unit, "context": cutting.context, "context_limit": cutting.limit, **asdict(finishing)}
    if not finishing.pool:
        del chosen["pool"]
    said = check_about(about or {})
    _check_split(split or {}, [thread.thread_id for thread in threads])
    refuse_kept(finishing.authors, said.get("authors_kept_because"), "`about`")
    kind = said.pop("annotators", "unknown")
    names = dict.fromkeys(sorted({annotation.annotator for annotation in annotations}), kind)
    language = [said.pop("language")] if said.get("language") else []
    known = {"title": name, **said, "language": language, "annotators": names}
    known["config"] = chosen | {"mask": shown_kinds(finishing.mask)}
    source = Source(name, tuple(targets), tuple(labels), (), (), names, known)
    return _build(threads, annotations, source, cutting, finishing, split=split)


def _in_same_letters(annotation: Annotation) -> Annotation:
    """Return an annotation whose label, target and annotator are written as a sheet of annotations is read."""
    label, target, annotator = map(same_letters, (annotation.label, annotation.target, annotation.annotator))
    return replace(annotation, label=label, target=target, annotator=annotator)


def _check_split(split: Mapping[str, str], threads: Sequence[str]) -> None:
    """Raise InputError that names every split that does not exist, and every thread that is not there."""
    wrong = [
        f"split of {thread_id!r}: expected one of {list(SPLITS)}, found {name!r}.{did_you_mean(str(name), SPLITS)}"
        for thread_id, name in split.items()
        if name not in SPLITS
    ]
    known = set(threads)
    for thread_id in split:
        if thread_id not in known:
            wrong.append(f"split: no thread is called {thread_id!r}.{did_you_mean(str(thread_id), threads)}")
    if wrong:
        raise InputError("\n".join(wrong))


def build_from_study(
    study: str | Path | Study,
    targets: Sequence[str] | None = None,
    unit: Unit = "comment",
    context: ContextKind = "none",
    context_limit: int = 0,
    adjudication: How = "majority",
    annotator: str | None = None,
    authors: Authors = "sequential",
    mask: Sequence[Mask] = (),
    duplicates: str = "group",
    near_duplicates: float | None = None,
    metric: str = "macro_f1",
    pool: bool = False,
    *,
    erase: str | None = None,
    num_proc: int = 1,
    on_rows: Callable[[str, int], None] = nothing,
) -> StanceDataset:
    """Read a study's folder (or take a Study) and build its dataset.

    `targets`: those of the card that are wanted, None for all. `unit`: comment, paragraph or sentence.
    `context`: none, parent, thread, title or post, to `context_limit` characters (0: no limit). `adjudication`:
    majority, unanimous, dawid_skene, mace or annotator; `annotator` is the one named, or decides ties. `pool`: whether
    language models vote with people where both have labelled; else people decide, and agreement is measured apart.
    `authors`: sequential or keyed pseudonyms, or keep if the card says why. `mask`: of mentions, emails, urls, names,
    and `spacy:<package or folder>` for persons that this pipeline finds. `duplicates`: group or drop; near ones too if
    `near_duplicates` is their least Jaccard similarity.
    `metric`: what its task is judged by, see `evaluate`. `erase`: an author whose comments are left out; the name
    goes nowhere.

    Raises InputError where the study cannot be read, a choice does not exist, or no example is left.
    """
    check_kinds(locals(), signature(build_from_study).parameters)
    asked = {
        "targets": None if targets is None else list(targets),
        "unit": unit,
        "context": context,
        "context_limit": context_limit,
        "adjudication": adjudication,
        "annotator": annotator,
        "authors": authors,
        "mask": shown_kinds(mask),
        "duplicates": duplicates,
        "near_duplicates": near_duplicates,
        "metric": metric,
    }
    study = study if isinstance(study, Study) else read_study(study)
    card = study.card
    chosen = _chosen_targets(targets, card.targets)
    refuse_kept(authors, card.authors_kept_because, str(study.folder / "study.yaml"))
    erased = study.erased
    if erase is not None:
        erased |= comments_of_author(study.threads, erase)
    cutting = Cutting(unit, context, context_limit, card.language, erased, card.adjudicator)
    finishing = Finishing(adjudication, annotator, authors, tuple(mask), duplicates, near_duplicates, pool)
    # said where it is chosen: the config of other datasets stays as it was
    asked |= {"pool": True} if pool else {}
    about = about_study(study, {"_target_": "stance.dataset.build_from_study", **asked})
    about |= {"erased": len(erased - study.erased), "metric": metric}
    source = Source(study.folder.resolve().name, chosen, card.labels, (), (), card.annotators, about)
    dataset = _build(study.threads, study.annotations, source, cutting, finishing, num_proc, on_rows)
    found = [*study.findings, *(finding for thread in study.threads for finding in thread.findings)]
    dataset.stats["findings"] = [f"{finding.name}: {finding.message}" for finding in found]
    return dataset


def _build(
    threads: Sequence[Thread],
    annotations: Sequence[Annotation],
    source: Source,
    cutting: Cutting,
    finishing: Finishing,
    num_proc: int = 1,
    on_rows: Callable[[str, int], None] = nothing,
    split: Mapping[str, str] | None = None,
) -> StanceDataset:
    """Build a dataset from annotations that are known to fit the threads."""
    check_finishing(finishing)
    if not source.targets or not all(target.strip() for target in source.targets) or len(source.labels) < 2:
        found = f"found targets {list(source.targets)} and labels {list(source.labels)}"
        raise InputError(f"expected one target or more and two labels or more, {found}")
    with open_workers(num_proc) as workers:
        units = units_of_study(threads, annotations, source.targets, cutting, split)
        extra = DRAWN if "draw" in units.table.column_names else {}
        names = names_in(threads) if "names" in finishing.mask else {}
        source = replace(source, chunks=even_chunks([units.table]), dropped=units.dropped, extra=extra, names=names)
        dataset = finish(source, finishing, workers, on_rows)
    dataset.stats["annotations_without_unit"] = units.unplaced
    return dataset


def _chosen_targets(wanted: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Return the targets that are wanted, in the order of the card."""
    wanted = None if wanted is None else [same_letters(target) for target in wanted]
    unknown = [target for target in wanted or () if target not in known]
    if unknown:
        hints = "".join(did_you_mean(target, known) for target in unknown)
        raise InputError(f"targets: expected some of {list(known)}, found {unknown}.{hints}")
    return tuple(target for target in known if wanted is None or target in wanted)
