"""Threads: what a page holds once it is read. In: nothing of ours. Out: `Thread`, its units, contexts, pseudonyms."""

from stance.thread._thread import COMMENT_COLUMNS, Comment, Finding, Thread, repair_replies

__all__ = ["COMMENT_COLUMNS", "Comment", "Finding", "Thread", "repair_replies"]
