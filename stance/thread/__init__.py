"""Threads: what a page holds once it is read. In: nothing of ours. Out: `Thread`, its units, contexts, pseudonyms."""

from stance.thread._thread import Comment, Finding, Thread, repair_replies

__all__ = ["Comment", "Finding", "Thread", "repair_replies"]
