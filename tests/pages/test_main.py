"""The command line: one JSON object a comment, findings aside, the summary table, and what happens on bad input."""

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from stance.pages.__main__ import main

EXPORTS = Path(__file__).parent / "fixtures/exports"
KEYS = ["thread_id", "comment_id", "parent_id", "author", "published", "kind", "text"]


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_object_a_comment_with_exactly_these_keys(capsys):
    assert main([str(EXPORTS / "rest-page.json")]) == 0
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert [list(line) for line in found] == [KEYS] * 4
    assert found[2] == {
        "thread_id": "blog.example.org/2018/ferry",
        "comment_id": "33",
        "parent_id": "31",
        "author": "reader-3 & co",
        "published": "2018-07-01T12:00:00+02:00",
        "kind": "comment",
        "text": "Third — an answer to the first.",
    }
    assert "—" in out, "text stays readable"
    assert "rest-page.json: blog.example.org/2018/ferry: spam_entries: left out: 1 spam" in err


def test_other_files_are_read_when_one_cannot_be(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text('{"name": 1}')
    assert main([str(bad), str(tmp_path / "none.html"), str(EXPORTS / "rest-lines.jsonl")]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert [line.partition(": expected")[0] for line in err.splitlines()] == [
        f"error: {bad}",
        f"error: {tmp_path / 'none.html'}",
    ]


def test_entries_before_the_damage_are_printed(tmp_path, capsys):
    items = "".join(f"<item><wp:comment><wp:comment_id>{n}</wp:comment_id></wp:comment></item>" for n in range(50_000))
    packed = gzip.compress(f"<rss><wp:wxr_version/>{items}</rss>".encode())
    cut = tmp_path / "cut.xml.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    assert main([str(cut)]) == 2
    out, err = capsys.readouterr()
    assert 10_000 < len(out.splitlines()) < 40_000
    assert f"error: {cut}: expected a whole gzip file, found damage after" in err


def test_summary_has_a_row_a_thread(capsys, tmp_path):
    (tmp_path / "bad.json").write_text("[]")
    assert main(["--summary", str(EXPORTS), str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    rows = [row.split() for row in out.splitlines()]
    assert rows[0] == ["file", "format", "title", "entries", "authors", "times", "replies", "declared", "findings"]
    ferry = next(row for row in rows if row[:1] == ["wordpress-1.2.xml"])
    assert ferry[:2] == ["wordpress-1.2.xml", "wxr"]
    assert ferry[ferry.index("5") :][:6] == ["5", "(1", "pings)", "4", "4", "1"]
    backup = next(row for row in rows if row[:1] == ["blogger-backup.xml"])
    assert " ".join(backup).startswith(
        "blogger-backup.xml blogger The ferry & the bridge 2 2 2 1 4 against 2 deleted_entries"
    )
    assert any(row[:1] == ["bad.json"] and row[-5:] == ["cannot", "be", "read,", "see", "below"] for row in rows)
    assert (
        err == f"error: {tmp_path / 'bad.json'}: expected comment records, objects with a text and an author or "
        "a time, found an empty list\n"
    )


def test_summary_folds_what_is_too_much_for_a_table(capsys, tmp_path):
    item = "<item><title>[red]{n}[/red]</title><wp:post_id>{n}</wp:post_id>{c}</item>"
    comment = "<wp:comment><wp:comment_content>x</wp:comment_content></wp:comment>"
    items = "".join(item.format(n=n, c=comment if n < 25 else "") for n in range(30))
    (tmp_path / "many.xml").write_text(f"<rss><wp:wxr_version/>{items}</rss>")
    assert main(["--summary", str(tmp_path)]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + 20 + 2
    assert "[red]3[/red]" in rows[4], "a title is no markup"
    assert "5 threads without comments" in rows[-2]
    assert "5 more threads" in rows[-1]


def test_nothing_to_read_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
    assert "FILE" in capsys.readouterr().err


def test_module_runs_in_any_locale_and_stops_quietly_when_nobody_reads(tmp_path):
    many = tmp_path / "many.jsonl"
    many.write_text("".join(f'{{"id":{n},"post":7,"content":"F\\u00e4hre {n}"}}\n' for n in range(20_000)))
    command = [sys.executable, "-m", "stance.pages", str(many)]
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert "Fähre 0" in process.stdout.readline().decode()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_progress_goes_to_the_terminal_and_the_lines_to_the_pipe(tmp_path):
    code = "import sys; from stance.pages import __main__ as command; command._SHOW_PROGRESS_FROM = 0; "
    code += f"sys.exit(command.main([{str(EXPORTS / 'wordpress-1.2.xml')!r}]))"
    screen, terminal = pty.openpty()
    try:
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=terminal, check=True)
        shown = os.read(screen, 100_000).decode()
    finally:
        os.close(terminal)
        os.close(screen)
    assert [json.loads(line)["comment_id"] for line in done.stdout.splitlines()][:2] == ["101", "102"]
    assert "wordpress-1.2.xml" in shown
    assert "spam_entries" in shown
    assert "reader-1" not in shown
