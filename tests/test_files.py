"""Files: all of a folder or none; what is being written is left alone, and removed where the writer is dead."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from stance.errors import InputError
from stance.files import MARKER, refuse_foreign, refuse_path, unfinished_folder, write_files, write_once, write_whole


def test_a_folder_that_is_being_written_is_left_alone_and_a_dead_one_is_removed(tmp_path):
    (tmp_path / "writing-dead").mkdir()
    (tmp_path / "other").mkdir()
    with unfinished_folder(tmp_path, "writing-") as first, unfinished_folder(tmp_path, "writing-") as second:
        assert first != second
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"other", first.name, second.name}
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_files_are_written_with_their_folders_and_replace_what_was_there(tmp_path):
    write_files({"old.txt": b"old", "plots/old.png": b"png"}, tmp_path / "report")
    folder = write_files({"report.md": b"new", "plots/a.png": b"png"}, tmp_path / "report")
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert MARKER in there
    assert {name: content for name, content in there.items() if name != MARKER} == {
        "report.md": b"new",
        "plots/a.png": b"png",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert folder.stat().st_mode & 0o777 == 0o755, "others may read it, as they may what is written elsewhere"


@pytest.mark.parametrize("name", ["notes.txt", ".git/HEAD", "report.md", "plots/mine.png"])
@pytest.mark.parametrize("before", [True, False])
def test_what_somebody_else_put_there_is_refused_and_kept(tmp_path, name, before):
    folder = tmp_path / "report"
    if before:
        write_files({"report.md": b"written", "plots/a.png": b"png"}, folder)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("by hand")
    there = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=rf"report: expected nothing, .* found '{name}', which was not written so"):
        write_files({"report.md": b"new"}, folder)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == there


def test_a_link_or_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "work")
    (tmp_path / "file").write_text("by hand")
    for name in ("link", "file"):
        with pytest.raises(InputError, match=f"{name}: expected no such file, or a folder; move it away"):
            write_files({"report.md": b"new"}, tmp_path / name)


def test_an_empty_folder_and_what_a_file_manager_leaves_are_in_nobodys_way(tmp_path):
    (tmp_path / "report").mkdir()
    write_files({"report.md": b"old"}, tmp_path / "report")
    (tmp_path / "report" / ".DS_Store").write_bytes(b"seen")
    refuse_foreign(tmp_path / "report")


@pytest.mark.parametrize("name", ["", ".", "..", "../../seeds", "/tmp/x", "a/b", "a\\b", "a\0b", "x\n"])
def test_names_that_are_paths_are_refused(name):
    with pytest.raises(InputError, match=r"tracking\.experiment_name: expected a name without / and"):
        refuse_path(name, "tracking.experiment_name")
    refuse_path("my study (2): ü..", "tracking.experiment_name")


@pytest.mark.parametrize("name", [".report-2024-thesis", ".report-0123456789ab"])
def test_a_hidden_folder_of_a_like_name_is_somebody_elses_and_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "ch1.tex").write_text("mine")
    write_files({"report.md": b"new"}, tmp_path / "report")
    write_whole(tmp_path / "report-2", b"new")
    assert (tmp_path / name / "ch1.tex").read_text() == "mine"


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


def test_a_half_filled_sheet_is_never_written_over(tmp_path):
    write_once({"a.csv": b"1", "b.csv": b"2"}, tmp_path / "new")
    write_once({"a.csv": b"1"}, tmp_path / "new")
    with pytest.raises(InputError, match=r"expected no other content in \['.*a\.csv'\]: labels may have been filled"):
        write_once({"a.csv": b"3", "c.csv": b"4"}, tmp_path / "new")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {"a.csv": b"1", "b.csv": b"2"}


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def no_space(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", no_space)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert [found.name for found in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_bytes() == b"old"


def test_a_lock_that_a_killed_writer_left_goes_with_its_folder(tmp_path):
    (tmp_path / "writing-dead").mkdir()
    (tmp_path / "writing-dead.lock").touch()
    (tmp_path / "writing-alone.lock").touch()
    with unfinished_folder(tmp_path, "writing-"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_without_the_locks_of_unix_folders_are_guarded_all_the_same(tmp_path):
    code = (
        "import sys; sys.modules['fcntl'] = None\n"
        "import stance.files, pathlib\n"
        "from stance import build_from_study, read_pages, write_dataset, evaluate\n"
        "with stance.files.unfinished_folder(pathlib.Path(sys.argv[1]), 'writing-') as folder:\n"
        "    print(folder.is_dir())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert list(tmp_path.iterdir()) == []
