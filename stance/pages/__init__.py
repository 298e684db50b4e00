"""Pages: files as saved. In: bytes on the disk. Out: the threads they hold, and findings where something is amiss."""

from stance.pages.reading import find_format, find_pages, open_page, read_pages, read_stream

__all__ = ["find_format", "find_pages", "open_page", "read_pages", "read_stream"]
