"""Files of any format, read. In: files, and the columns that are wanted. Out: batches of rows that know their place."""

from stance.dataset.tables.reading._batches_of import read_batches, read_header
from stance.dataset.tables.reading._frames import frame_of
from stance.dataset.tables.reading._joining import joined_facts, read_join
from stance.dataset.tables.reading._shaping import Shaper, note_unwanted

__all__ = ["Shaper", "frame_of", "joined_facts", "note_unwanted", "read_batches", "read_header", "read_join"]
