"""Make a folder for a study of one's own: a card, guidelines, empty annotations, a config, and the next commands."""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from stance.cells import say
from stance.errors import InputError
from stance.files import write_files

HEADER = b"thread_id,comment_id,target,annotator,label,confidence,evidence,rationale,text_sha\n"
TARGET = "the target"
LABELS = "against,none,favor"
# the file of the template that each file of the new folder is made from
TEMPLATES = {
    "README.md": "README.md",
    ".gitignore": "gitignore",
    "seeds/{name}/study.yaml": "study.yaml",
    "seeds/{name}/guidelines.md": "guidelines.md",
    "configs/dataset/{name}.yaml": "dataset.yaml",
}


def new_study(name: str, pages: Sequence[Path], targets: Sequence[str], labels: Sequence[str], url: str | None) -> Path:
    """Write the folder of a new study into the folder where one stands, and return it.

    `pages`: saved pages, copied byte for byte; each stands on the card with its checksum. `url`: the address of the
    page, where there is one page. Raises InputError for a name that is none, a folder that is there, and pages that
    are not.
    """
    _check(name, pages, labels, url)
    content = {f"seeds/{name}/pages/{page.name}": page.read_bytes() for page in pages}
    title = f"Stance toward {' and toward '.join(targets)}"
    values = {
        "name": name,
        "title": " ".join(title.split()),
        "quoted_title": _quoted(title),
        "targets": f"targets: {_listed(targets)}" if len(targets) > 1 else f"target: {_quoted(targets[0])}",
        "labels": _listed(labels),
        "listed": "; ".join(targets),
        "label_lines": "\n".join(f"- `{label}`: to be filled in" for label in labels),
        "pages": _page_lines(pages, url),
    }
    template = files("stance.commands") / "study_template"
    for place, source in TEMPLATES.items():
        text = Template((template / source).read_text(encoding="utf-8")).substitute(values)
        content[place.format(name=name)] = text.encode()
    content[f"seeds/{name}/annotations.csv"] = HEADER
    return write_files(content, Path(name))


def _check(name: str, pages: Sequence[Path], labels: Sequence[str], url: str | None) -> None:
    if not name.isidentifier() or not name.isascii():
        raise InputError(f"expected a name of letters, digits and _, as in my_study, found {name!r}")
    if Path(name).exists():
        raise InputError(f"{name}: expected no such folder, found one; choose another name, or move it away")
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise InputError(f"--labels: expected two or more different labels, found {list(labels)}")
    if missing := [str(page) for page in pages if not page.is_file()]:
        raise InputError(f"expected saved pages, found no such file: {missing}")
    if doubled := sorted({page.name for page in pages if [other.name for other in pages].count(page.name) > 1}):
        raise InputError(f"expected pages of different names, found several called {doubled}")
    if url and len(pages) != 1:
        raise InputError(f"--url is the address of one page, found {len(pages)}; give the others theirs on the card")


def _page_lines(pages: Sequence[Path], url: str | None) -> str:
    if not pages:
        return "pages: []                          # saved pages: `- {path: pages/page.html, sha256: …, url: …}`"
    lines = ["pages:"]
    for page in pages:
        lines += [
            f"  - path: {_quoted(f'pages/{page.name}')}",
            f"    sha256: {hashlib.sha256(page.read_bytes()).hexdigest()}",
        ]
        lines += [f"    url: {_quoted(url)}"] if url else []
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a text as YAML; JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="stance new",
        description="Make a folder for a study: a card, guidelines, empty annotations, a config, the next commands.",
        epilog='as in: stance new my_study saved/*.html --target "the ferry" --labels against,none,favor',
    )
    parser.add_argument("name", nargs="?", default="", help="of the study and its folder: letters, digits and _")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="saved pages, copied into the study")
    parser.add_argument("--target", action="append", help="what the stance is about; several times for several")
    parser.add_argument("--labels", default=LABELS, help=f"the label set in its order (default: {LABELS})")
    parser.add_argument("--url", help="the address of the page, where the file does not say it")
    return parser.parse_args(arguments)


def main() -> int:
    """Run the command and return the process's exit code."""
    options = _options(None)
    labels = [label.strip() for label in options.labels.split(",")]
    try:
        folder = new_study(options.name, options.pages, options.target or [TARGET], labels, options.url)
    except InputError as error:
        say(error, file=sys.stderr)
        return 2
    except OSError as error:
        say(f"cannot read or write {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    say(f"{folder}/: the study in seeds/{options.name}/, its config in configs/dataset/")
    say(f"next:     cd {folder}, then the commands of README.md")
    return 0
