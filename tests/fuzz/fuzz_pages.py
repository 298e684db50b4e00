"""A coverage-guided fuzzer of the readers: any bytes give threads that hold together, or a ReadError, soon.

See README.md beside this file for how to run it.
"""

import io
import sys
from pathlib import Path
from time import process_time

TESTS = Path(__file__).resolve().parents[1]
LONGEST = 20_000
SECONDS = 2.0


def check(data):
    """Read the bytes; what comes out holds together, and nothing but a ReadError comes up."""
    from stance.errors import ReadError
    from stance.pages import read_stream

    start = process_time()
    try:
        threads = list(read_stream(io.BytesIO(data), "page"))
    except ReadError as refused:
        assert str(refused).startswith("page"), refused  # noqa: PT017
        threads = []
    spent = process_time() - start
    assert len(data) > LONGEST or spent < SECONDS, f"{spent:.1f} s for {len(data)} bytes"
    for thread in threads:
        ids = [comment.comment_id for comment in thread.comments]
        assert len(set(ids)) == len(ids), "ids are unique"
        assert {comment.parent_id for comment in thread.comments} <= {None, *ids}, "parents are in the thread"
        assert all(ids), "no id is empty"
        assert thread.thread_id, "a thread has an id"
        words = [thread.thread_id, thread.title or "", thread.text, thread.url or ""]
        for comment in thread.comments:
            words += [comment.comment_id, comment.author or "", comment.text, comment.published or ""]
        "".join(words).encode()


def main():
    """Fuzz until stopped or for `-max_total_time` seconds, from the fixtures and what was found before."""
    import atheris

    with atheris.instrument_imports(include=["stance.pages", "stance.thread"]):
        from stance.pages import html, text_dump, warc  # noqa: F401
        from stance.pages.exports import (  # noqa: F401
            blogger,
            disqus,
            feeds,
            movable_type,
            records,
            tables,
            wxr,
            xml_tree,
        )

    corpus = Path("fuzz_corpus")
    corpus.mkdir(exist_ok=True)
    for path in [*(TESTS / "pages/fixtures").glob("*/*"), *(TESTS / "fuzz/cases").glob("*")]:
        if path.is_file():
            (corpus / f"seed-{path.name}").write_bytes(path.read_bytes()[:LONGEST])
    options = [f"-max_len={LONGEST}", f"-dict={TESTS / 'fuzz/pages.dict'}", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
