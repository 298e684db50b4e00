"""The store: kept runs are sent to it, it is shown, a sweep read from it. In: where it is. Out: runs, pages, tables."""
