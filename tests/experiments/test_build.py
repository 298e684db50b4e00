"""The dataset alone, from the command."""

import datasets


def test_build_writes_a_folder_that_load_dataset_opens(run, workspace):
    code, output = run("build", "dataset=awl")
    assert code == 0
    assert "16 examples of 16 comments by 4 authors; 5 without an author; dropped: none" in output
    assert "no person has labelled yet" in output
    (folder,) = (workspace / "outputs" / "datasets").iterdir()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(workspace / "cache"))["train"]
    assert loaded.num_rows == 16
    assert loaded.features["label"].names == ["against", "none", "favor"]
    assert run("build", "dataset=awl")[0] == 0


def test_a_folder_that_is_not_a_study_gets_the_near_miss(run, workspace):
    code, output = run("build", "dataset.study=seeds/awk")
    assert code == 2
    assert "Did you mean 'seeds/awl'?" in output
    assert not (workspace / "outputs" / "datasets").exists()
