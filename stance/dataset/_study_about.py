"""What is known of a study beside its examples: the facts of its card, and what it was built from."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from stance.files import shown_path
from stance.study import PageCard, Study


def about_study(study: Study, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return as plain JSON what the dataset's card says of a study; `config` is what it is built with."""
    card, statement = study.card, study.card.data_statement
    times = sorted(comment.published for thread in study.threads for comment in thread.comments if comment.published)
    return {
        "title": card.title,
        "revision": card.revision,
        "superseded_by": card.superseded_by,
        "licence": card.licence,
        "contact": card.contact,
        "language": list(statement.language),
        "source": statement.source,
        "dates": statement.dates
        or (f"{times[0][:10]} to {times[-1][:10]}, as far as comments show it" if times else None),
        "collected": statement.collected,
        "labelled_by": " ".join(filter(None, (card.labelled_by, statement.annotated))),
        "sensitive": statement.sensitive,
        "limits": statement.limits,
        "annotators": dict(card.annotators),
        "adjudicator": card.adjudicator,
        "ordered": card.ordered,
        "authors_kept_because": card.authors_kept_because,
        "files": [_described(page) for page in card.pages],
        "inputs_sha": inputs_sha(study),
        "config": {"study": shown_path(study.folder), **config},
    }


def inputs_sha(study: Study) -> str:
    """Return the SHA-256 of all that people made of a study: pages, annotations, targets, labels, erasures.

    It tells whether a dataset differs because the study does, or because the code does.
    """
    digest = hashlib.sha256()
    card = study.card
    made = {"pages": [page.sha256 for page in card.pages], "targets": card.targets, "labels": card.labels}
    made["erased"] = sorted(card.erased)
    digest.update(json.dumps(made, ensure_ascii=False, sort_keys=True).encode())
    digest.update((study.folder / card.annotations).read_bytes())
    return digest.hexdigest()


def _described(page: PageCard) -> str:
    """Return a page as the card shows it."""
    url, day = page.url or "address not noted", page.retrieved or "on a day not noted"
    return f"{page.path}: {url}, saved {day}, sha256 {page.sha256}"
