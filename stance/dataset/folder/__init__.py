"""The folder of a dataset. In: a `StanceDataset`. Out: Parquet, a card, counts and config, whole or not at all."""

from stance.dataset.folder._limits import known_limits
from stance.dataset.folder._revision import find_containing
from stance.dataset.folder._write import stats_json, write_dataset

__all__ = ["find_containing", "known_limits", "stats_json", "write_dataset"]
