"""Folders that are being written: hidden from nobody who writes, removed where the writer is dead."""

from stance.unfinished import unfinished_folder


def test_a_folder_that_is_being_written_is_left_alone_and_a_dead_one_is_removed(tmp_path):
    (tmp_path / "writing-dead").mkdir()
    (tmp_path / "other").mkdir()
    with unfinished_folder(tmp_path, "writing-") as first, unfinished_folder(tmp_path, "writing-") as second:
        assert first != second
        assert {path.name for path in tmp_path.iterdir()} == {"other", first.name, second.name}
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
