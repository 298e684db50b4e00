"""Files of a folder: all of them or none."""

import errno
from pathlib import Path

import pytest

from stance.report import write_files


def test_files_are_written_with_their_folders_and_replace_what_was_there(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "old.txt").write_text("old")
    folder = write_files({"report.md": b"new", "plots/a.png": b"png"}, tmp_path / "report")
    assert {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == {
        "report.md": b"new",
        "plots/a.png": b"png",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert folder.stat().st_mode & 0o777 == 0o755, "others may read it, as they may what is written elsewhere"


def test_folders_above_are_made(tmp_path):
    folder = write_files({"report.md": b"new"}, tmp_path / "outputs" / "power" / "ferry")
    assert folder == tmp_path / "outputs" / "power" / "ferry"
    assert (folder / "report.md").read_bytes() == b"new"


def test_what_is_not_finished_is_hidden_beside_its_place_and_gone_after_an_interrupt(tmp_path, monkeypatch):
    seen = []

    def stopped(path, content):
        seen.append(path.parent)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_files({"report.md": b"new"}, tmp_path / "report")
    # on the same disk, or it could not be moved there at once
    (unfinished,) = seen
    assert unfinished.parent == tmp_path
    assert unfinished.name.startswith(".report-")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    folder = write_files({"report.md": b"old"}, tmp_path / "report")

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_files({"report.md": b"new"}, folder)
    assert (folder / "report.md").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
