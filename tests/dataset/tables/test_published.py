"""The configs of published tables, against the counts that their papers and files give; nothing of them is kept."""

import os
from pathlib import Path

import krippendorff
import numpy as np
import pyarrow as pa
import pytest

from stance.dataset.tables import read_table
from stance.errors import InputError
from tests.dataset.tables.test_tables import shipped

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[4] / "shared" / "data"))
LABELS = ["against", "none", "favor"]


def published(name, *parts):
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{parts[0]} is not at {path}; set STANCE_DATA to the folder that holds it")
    table = read_table(path, **shipped(name))
    return table, pa.concat_tables(table.chunks()).to_pandas()


def counts(frame, *columns):
    """Count labels in the order against, none, favor for each group of rows."""
    found = frame.groupby([*columns, "label"]).size().unstack(fill_value=0)
    return {key: tuple(int(row.get(label, 0)) for label in LABELS) for key, row in found.iterrows()}


def alpha(frame):
    """Return nominal alpha over the raw annotations."""
    said = frame["annotator_labels"]
    names = sorted({label for labels in said for label in labels})
    table = np.array([[list(labels).count(name) for name in names] for labels in said])
    return krippendorff.alpha(value_counts=table, level_of_measurement="nominal")


def test_semeval_2016_task_6_a():
    table, frame = published("semeval2016", "semeval2016_task6")
    assert table.facts["splits"] == {"test": 1249, "train": 2814, "validation": 100}
    assert frame["example_id"].is_unique
    assert counts(frame, "split", "target") == {
        ("train", "Atheism"): (304, 117, 92),
        ("train", "Climate Change is a Real Concern"): (15, 168, 212),
        ("train", "Feminist Movement"): (328, 126, 210),
        ("train", "Hillary Clinton"): (361, 166, 112),
        ("train", "Legalization of Abortion"): (334, 164, 105),
        ("test", "Atheism"): (160, 28, 32),
        ("test", "Climate Change is a Real Concern"): (11, 35, 123),
        ("test", "Feminist Movement"): (183, 44, 58),
        ("test", "Hillary Clinton"): (172, 78, 45),
        ("test", "Legalization of Abortion"): (189, 45, 46),
        ("validation", "Hillary Clinton"): (32, 12, 6),
        ("validation", "Legalization of Abortion"): (21, 13, 16),
    }
    assert not set(frame.text[frame.split == "train"]) & set(frame.text[frame.split == "test"])
    # every quotation mark of the files is one of a tweet
    raw = b"".join((DATA / "semeval2016_task6" / file.name).read_bytes() for file in table.card.files)
    assert frame["text"].str.count('"').sum() == raw.count(b'"') > 0


def test_semeval_2016_task_6_b():
    table, frame = published("semeval2016_b", "semeval2016_task6")
    assert (table.targets, table.facts["splits"]) == (("Donald Trump",), {"test": 707})
    assert counts(frame, "target") == {"Donald Trump": (299, 260, 148)}


def test_tweeteval_from_its_local_folders():
    table, frame = published("tweeteval_local", "tweeteval_stance")
    assert table.facts["splits"] == {"test": 1249, "train": 2620, "validation": 294}
    assert counts(frame[frame.split == "test"], "target") == {
        "Atheism": (160, 28, 32),
        "Climate Change is a Real Concern": (11, 35, 123),
        "Feminist Movement": (183, 44, 58),
        "Hillary Clinton": (172, 78, 45),
        "Legalization of Abortion": (189, 45, 46),
    }
    rest = counts(frame[frame.split != "test"], "target")
    assert rest["Hillary Clinton"] == (361 + 32, 166 + 12, 112 + 6)


def test_arc_comments():
    table, frame = published("arc", "arc_nyt_comments", "arc_comments_merged_pseudonymised.csv")
    assert (len(frame), len(table.targets), frame["author"].nunique()) == (4448, 186, 2544)
    assert {label: int((frame.label == label).sum()) for label in LABELS} == {
        "against": 1774,
        "none": 1083,
        "favor": 1591,
    }
    assert table.facts["splits"] == {"test": 885, "train": 3563}


def test_arc_pilot():
    table, frame = published("arc_pilot", "arc_nyt_comments", "pilot_comments.csv")
    assert (len(frame), len(table.annotators)) == (94, 84)
    assert table.facts["annotations_outside"] == 6 * 18
    assert set(frame["annotators"].map(len)) == {18}
    assert frame["annotators"].map(lambda names: list(names) == sorted(set(names))).all()


def test_mt_csd():
    table, frame = published("mt_csd", "mt_csd_reddit_threads")
    assert frame.groupby("target").size().to_dict() == {"Biden": 2845, "Bitcoin": 3252, "SpaceX": 2029}
    assert counts(frame, "target") == {
        "Biden": (340, 1350, 1155),
        "Bitcoin": (1258, 1146, 848),
        "SpaceX": (297, 1140, 592),
    }
    assert frame.groupby("thread_id")["split"].nunique().max() == 1
    assert (frame["depth"].min(), frame["depth"].max()) == (0, 7)
    assert (table.facts["parents"], table.facts["parents_outside"]) == (8126 - 32 - 55 - 27, 0)
    above = frame.merge(
        frame, left_on=["thread_id", "parent_id"], right_on=["thread_id", "comment_id"], suffixes=("", "_above")
    )
    assert len(above) == table.facts["parents"]


def test_gwsd():
    table, frame = published("gwsd", "gwsd_annotators", "GWSD.tsv")
    assert table.facts["splits"] == {"test": 200, "train": 2100}
    assert set(frame["annotators"].map(len)) == {8}
    # the published alpha is without the sentences that screened the annotators, 5 in each of 50 batches
    screening = frame["comment_id"].str.contains("_s")
    assert screening.sum() == 250
    assert round(alpha(frame[~screening]), 3) == 0.330
    assert not frame["text"].str.contains('""').any()


def test_fanchuan():
    table, frame = published("fanchuan", "fanchuan")
    assert len(frame[frame.example_id.isin(frame.comment_id)]) == len(frame) == 1388 + 1634
    assert counts(frame, "target") == {"Donald Trump": (1173, 1530, 319)}
    # the comment that is answered is in the thread of its answer
    of = frame.set_index("comment_id")["thread_id"]
    answers = frame[frame["parent_id"].isin(of.index)]
    assert len(answers) == table.facts["parents"] - table.facts["parents_outside"] > 0
    assert (answers["thread_id"].to_numpy() == of[answers["parent_id"]].to_numpy()).all()


def labels_of(frame, labels):
    return tuple(int((frame["label"] == label).sum()) for label in labels)


@pytest.mark.parametrize(
    ("name", "folder", "rows", "expected"),
    [
        ("cic_ca", "01_CIC_CA", 10048, (3988, 2158, 3902)),
        ("cic_es", "02_CIC_ES", 10077, (4105, 1868, 4104)),
    ],
)
def test_cic(name, folder, rows, expected):
    _, frame = published(name, "layouts", "cic", folder)
    assert (len(frame), labels_of(frame, LABELS)) == (rows, expected)
    assert frame["example_id"].is_unique
    # with the ids that a spreadsheet has rounded it is refused for that reason
    declared = shipped(name)
    columns = declared["columns"] | {"comment_id": "id_str"}
    with pytest.raises(InputError, match="which a spreadsheet has rounded"):
        read_table(DATA / "layouts" / "cic" / folder, **declared | {"columns": columns})


def test_perspectrum():
    table, frame = published("perspectrum", "layouts", "perspectrum")
    assert (len(frame), labels_of(frame, table.labels)) == (11822, (5705, 6117))
    assert (frame["target"].nunique(), table.facts["without_text"]) == (905, 0)
    # two claims stand there twice, once on each side of the split
    assert (frame.groupby("target")["split"].nunique() > 1).sum() == 2
    pool = "perspective_pool_v1.0.json"
    assert table.facts["joined"][pool] == {"rows": 11112, "used": 8370, "asked": 11822, "rows_without": 0}


def test_fnc1_with_its_bodies():
    path = DATA / "layouts" / "fnc"
    if not path.exists():
        pytest.skip(f"FNC-1 is not at {path}; set STANCE_DATA to the folder that holds it")
    declared = shipped("fnc1")
    declared["files"] = [entry for entry in declared["files"] if (path / entry["path"]).exists()]
    table = read_table(path, **declared)
    frame = pa.concat_tables(table.chunks(["thread_id", "label", "split", "text"])).to_pandas()
    assert (len(frame), labels_of(frame, table.labels)) == (25413, (18349, 697, 4464, 1903))
    assert (table.facts["without_text"], frame["thread_id"].nunique()) == (0, 904)
    assert table.facts["splits"] == {"test": 25413}
