"""The folder of a dataset. In: a `StanceDataset`. Out: Parquet, card, counts, config, whole or not at all; and back."""

from stance.dataset.folder._convokit import to_convokit
from stance.dataset.folder._limits import known_limits
from stance.dataset.folder._read import read_dataset
from stance.dataset.folder._revision import find_containing
from stance.dataset.folder._write import stats_json, write_dataset

__all__ = ["find_containing", "known_limits", "read_dataset", "stats_json", "to_convokit", "write_dataset"]
