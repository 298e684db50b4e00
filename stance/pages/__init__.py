"""Pages: files as saved. In: bytes on the disk. Out: the threads they hold, and findings where something is amiss."""

from stance.pages._files import find_pages, group_pages, open_page, read_group, read_pages, read_table
from stance.pages.reading import find_format, read_stream

__all__ = [
    "find_format",
    "find_pages",
    "group_pages",
    "open_page",
    "read_group",
    "read_pages",
    "read_stream",
    "read_table",
]
