"""The way back from a dataset's folder: the same dataset, in Python and by the command, and nothing else."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.dataset import build_from_study, load_table
from stance.dataset.folder import read_dataset, write_dataset
from stance.errors import InputError

ROWS = "".join(
    f"{n},Words {n}.,{('against', 'favor')[n % 2]},{('train', 'test')[n % 3 > 1]},{n * 3}\n" for n in range(12)
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "ferry.csv"
    path.write_text("id,text,label,split,likes\n" + ROWS)
    columns = {"comment_id": "id", "text": "text", "label": "label", "split": "split"}
    return load_table(
        path, ["against", "favor"], columns, target="the ferry", extra=["likes"], about={"language": "en"}
    )


def test_a_study_and_a_table_come_back_as_they_were(study, table, tmp_path):
    for dataset in (build_from_study(study), table):
        back = read_dataset(write_dataset(dataset, tmp_path / "out"))
        assert (back.name, back.targets, back.labels, back.sha) == (
            dataset.name,
            dataset.targets,
            dataset.labels,
            dataset.sha,
        )
        assert back.examples.features == dataset.examples.features
        assert back.stats == json.loads(json.dumps(dataset.stats))
        assert back.about == json.loads(json.dumps(dataset.about))
        order = [frame.sort_values("example_id", ignore_index=True) for frame in (back.to_frame(), dataset.to_frame())]
        assert order[0].drop(columns="label_share").equals(order[1].drop(columns="label_share"))
        again = write_dataset(back, tmp_path / "again")
        assert again.name == f"{dataset.name}-{dataset.sha[:8]}"


def test_what_was_changed_is_refused(table, tmp_path):
    folder = write_dataset(table, tmp_path / "out")
    path = folder / "data" / "test.parquet"
    rows = pq.read_table(path)
    texts = ["Other words.", *rows["text"].to_pylist()[1:]]
    pq.write_table(rows.set_column(rows.column_names.index("text"), "text", pa.array(texts)), path)
    with pytest.raises(InputError, match=r"expected the examples that were written, found others"):
        read_dataset(folder)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="expected Parquet files as they were written, found one unreadable"):
        read_dataset(folder)
    shutil.rmtree(folder / "data")
    with pytest.raises(InputError, match=r"expected Parquet files in data/, found none"):
        read_dataset(folder)


def test_what_is_no_folder_of_a_dataset_is_told_with_the_near_miss(table, tmp_path):
    folder = write_dataset(table, tmp_path)
    with pytest.raises(InputError, match=rf"Did you mean '{folder}'\?"):
        read_dataset(str(folder)[:-1])
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({key: config[key] for key in ("dataset", "sha", "study", "code")}))
    with pytest.raises(InputError, match="lacks name, targets, labels, about: an earlier version wrote the folder"):
        read_dataset(folder)
    with pytest.raises(InputError, match="nobody is erased from a dataset's folder"):
        read_dataset(folder, erase="reader-1")


def test_python_and_the_command_give_one_digest_and_the_folder_trains(
    table, run, tmp_path, monkeypatch, migrated_store
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    shutil.copy(migrated_store, "mlflow.db")
    Path("configs/dataset").mkdir(parents=True)
    Path("configs/dataset/crossing.yaml").write_text(
        "defaults: [/schema/dataset/load_table@_here_, _self_]\npath: ferry.csv\nlabels: [against, favor]\n"
        "columns: {comment_id: id, text: text, label: label, split: split}\ntarget: the ferry\nextra: [likes]\n"
    )
    code, output = run("build", "dataset=crossing")
    assert code == 0, output
    # a table without a name is called as its YAML is, and so are the runs on it
    folder = Path(f"outputs/datasets/crossing-{table.sha[:8]}")
    assert folder.is_dir()
    assert read_dataset(folder).sha == table.sha
    arguments = ["classifier=majority", "folds=official", "bootstrap.n_resamples=20"]
    code, direct = run("train", "dataset=crossing", *arguments)
    assert code == 0, direct
    code, output = run("train", "dataset=folder", f"dataset.path={folder}", *arguments)
    assert code == 0, output
    (scored, again) = (
        next(line.partition(": ") for line in text.splitlines() if line.startswith("crossing-majority-official"))
        for text in (direct, output)
    )
    assert scored[2] == again[2]
