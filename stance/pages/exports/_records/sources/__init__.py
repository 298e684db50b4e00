"""Sources of comment records in JSON, a table of field names each. In: a record. Out: whose it is, and its fields."""

from stance.pages.exports._records.sources.in_order import POSTS, SOURCES
from stance.pages.exports._records.sources.source import Post, Source

__all__ = ["POSTS", "SOURCES", "Post", "Source"]
