"""Files and folders read into threads, those together of which one says what the other leaves out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from stance.errors import ReadError
from stance.pages.reading import read_stream, unpack_stream
from stance.thread import Thread

_PAGE_OF_A_CHAT = re.compile(r"messages(\d{0,6})\.html")
_HEAD = 1 << 16
_UTTERANCES = ("utterances.jsonl", "utterances.json")
_CONVERSATIONS = "conversations.json"
# what else a folder of ConvoKit holds
_OF_A_CORPUS = {"speakers.json", "users.json", "index.json", "corpus.json", "info.speaker.jsonl"}


def read_pages(
    *paths: str | Path, url: str | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Thread]:
    """Yield the threads of saved pages, dumps, exports and crawls, one after the other.

    `paths`: files, or folders that are searched through. The format of each file is recognised by its content,
    gzip, zstd, bzip2 and xz are unpacked. `url`: the address of the page, where the file does not say it. A page
    without comments gives a thread with none. Reddit's comments and submissions, and the files of a ConvoKit corpus,
    are read together. `columns`: the files are tables of comments, and this is the column of each word, as in
    `load_table`: `{"text": "body", "author": "who"}`. Raises ReadError, with file and place, where a file cannot be
    read.
    """
    if columns is not None:
        for path in find_pages(*paths):
            yield from read_table(path, columns, url)
        return
    for group in group_pages(list(find_pages(*paths))):
        yield from read_group(group, url)


def read_table(path: Path, columns: Mapping[str, str], url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a table of unlabelled comments (CSV, TSV, JSONL, Parquet, XLSX) whose columns are named."""
    from stance.pages.exports.named_columns import parse_columns

    with open_page(path) as stream:
        yield from parse_columns(unpack_stream(stream, str(path))[0], str(path), columns, url)


def open_page(path: Path) -> BinaryIO:
    """Open a file for reading; raises ReadError where the system does not let it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror or error}") from error


def find_pages(*paths: str | Path) -> Iterator[Path]:
    """Yield the files among `paths`, and those in the folders among them by name, hidden ones left out."""
    for path in map(Path, paths):
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.is_file() and not any(part.startswith(".") for part in inside.relative_to(path).parts):
                    yield inside
        elif path.is_file():
            yield path
        else:
            raise ReadError(
                f"{path}: expected a file or a folder, found {'something else' if path.exists() else 'none'}"
            )


def group_pages(paths: Sequence[Path]) -> list[tuple[Path, ...]]:
    """Return the files one by one, but those together that complete each other.

    These are Reddit's comments and submissions in lines, `utterances.jsonl` of ConvoKit with `conversations.json`
    beside it; the other files of such a folder are left out; and the pages of one chat that Telegram Desktop exported.
    """
    corpora = {path.parent for path in paths if path.name in _UTTERANCES}
    kept = [path for path in paths if path.parent not in corpora or path.name not in _OF_A_CORPUS]
    kept = [path for path in kept if path.parent not in corpora or path.name != _CONVERSATIONS]
    reddit = _reddit_archives(kept) if len(kept) > 1 else []
    groups: list[tuple[Path, ...]] = []
    chats = _chats(kept) if len(kept) > 1 else {}
    for path in kept:
        beside = path.with_name(_CONVERSATIONS)
        if path in reddit:
            if path == reddit[0]:
                groups.append(tuple(reddit))
        elif path in chats:
            if path == chats[path][0]:
                groups.append(chats[path])
        elif path.name in _UTTERANCES and beside.is_file():
            groups.append((path, beside))
        else:
            groups.append((path,))
    # comments decide the order of threads; submissions that nobody answered come last
    return groups


def _reddit_archives(paths: Iterable[Path]) -> list[Path]:
    """Return the archives of Reddit among files, comments first, where there are both comments and submissions."""
    from stance.pages.exports.records import archive_of

    found: dict[str, list[Path]] = {"comments": [], "submissions": []}
    for path in paths:
        try:
            with open_page(path) as stream:
                kind = archive_of(unpack_stream(stream, str(path))[1])
        except ReadError:
            continue  # it is said when the file is read
        if kind:
            found[kind].append(path)
    return [*found["comments"], *found["submissions"]] if all(found.values()) else []


def _chats(paths: Iterable[Path]) -> dict[Path, tuple[Path, ...]]:
    """Return the pages of each chat of Telegram among files, in their order, under each of them."""
    from stance.pages.html import SIGN_OF_A_CHAT

    found: dict[Path, list[tuple[int, Path]]] = {}
    for path in paths:
        number = _PAGE_OF_A_CHAT.fullmatch(path.name)
        if number is not None:
            with open_page(path) as stream:
                if SIGN_OF_A_CHAT in stream.read(_HEAD):
                    found.setdefault(path.parent, []).append((int(number[1] or 1), path))
    chats = (tuple(path for _, path in sorted(pages)) for pages in found.values())
    return {path: pages for pages in chats if len(pages) > 1 for path in pages}


def read_group(paths: Sequence[Path], url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of files that `group_pages` put together."""
    if len(paths) == 1:
        with open_page(paths[0]) as stream:
            yield from read_stream(stream, str(paths[0]), url)
        return
    if _PAGE_OF_A_CHAT.fullmatch(paths[0].name):
        from stance.pages.html import parse_chat

        yield parse_chat([(path.read_bytes(), str(path)) for path in paths], url)
        return
    from stance.pages.exports.records import parse_together

    with ExitStack() as opened:
        files: list[tuple[BinaryIO, str]] = []
        for path in paths:
            stream, _, _ = unpack_stream(opened.enter_context(open_page(path)), str(path))
            files.append((stream, str(path)))
        yield from parse_together(files, url)
