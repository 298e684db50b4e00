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


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    folder = write_files({"report.md": b"old"}, tmp_path / "report")

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_files({"report.md": b"new"}, folder)
    assert (folder / "report.md").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
