"""Prompts: guidelines, labels and an example's words put into a question, with answered examples before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.classifiers.language_models.reply import Prompt
from stance.errors import InputError

# phrasings of one task; how far their answers agree is how far the prompt decides nothing
PHRASINGS = (
    "You label comments by the stance that their authors take toward a target, for a study of public debate.",
    "For a study of public debate, decide what the author of each comment thinks of a target: read the comment and "
    "choose the label that fits it best.",
    "You are an annotator. Each time you are shown a comment and a target, say which of the labels describes the "
    "position toward the target that the comment expresses.",
)
EXPLAINED = (
    'Answer in JSON with three keys and nothing else: "evidence", the shortest verbatim quotation from the comment '
    'that decides, "" where nothing does; "rationale", one sentence in your own words; and "label", one of: {labels}.'
)
PLAIN = "Whatever else the guidelines ask for, answer with one of these labels and nothing else: {labels}."
CUT = " […]"


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every comment: the labels with what they mean ("" where nobody said), and the guidelines.

    `phrasing`: which of PHRASINGS begins it; `longest`: characters of a comment, and of its context, that are shown.
    """

    labels: Mapping[str, str]
    guidelines: str = ""
    phrasing: int = 0
    explains: bool = False
    longest: int = 8000


def read_guidelines(path: str | None, above: str = "classifier.") -> str:
    """Return the text of a file of guidelines, "" without one. Raises InputError if it cannot be read as text."""
    if path is None:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(f"{above}guidelines: expected a file of guidelines, found no {path!r}") from None
    except UnicodeDecodeError:
        raise InputError(f"{above}guidelines: expected text in UTF-8, found something else in {path!r}") from None


def make_prompt(task: Task, row: Mapping[str, str], shown: Sequence[tuple[Mapping[str, str], str]] = ()) -> Prompt:
    """Return the question about one comment.

    `row`: its `text`, and its `target`, `context` and `example_id` where there are any; `shown`: rows with their
    labels, which go before it as if they had been asked and answered.
    """
    labels = tuple(task.labels)
    meanings = "\n".join(f"- {label}: {said}" if said else f"- {label}" for label, said in task.labels.items())
    parts = [PHRASINGS[task.phrasing]]
    parts += [f"Guidelines:\n\n{task.guidelines}"] if task.guidelines else []
    parts += [f"Labels:\n{meanings}", (EXPLAINED if task.explains else PLAIN).format(labels=", ".join(labels))]
    messages = [("system", "\n\n".join(parts))]
    for example, label in shown:
        messages += [("user", _question(task, example)), ("assistant", label)]
    messages.append(("user", _question(task, row)))
    return Prompt(tuple(messages), labels, task.explains, row.get("example_id", ""))


def _question(task: Task, row: Mapping[str, str]) -> str:
    target, context = row.get("target", ""), row.get("context", "")
    parts = [f"Target: {target}"] if target else []
    # what is nearest to the comment says most
    parts += [f"What was said before the comment:\n{_tail(context, task.longest)}"] if context else []
    return "\n\n".join([*parts, f"Comment:\n{_head(row['text'], task.longest)}"])


def _head(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + CUT


def _tail(text: str, longest: int) -> str:
    return text if len(text) <= longest else CUT.strip() + " " + text[-longest:]
