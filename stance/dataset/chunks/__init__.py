"""Chunks of large tables. In: tables of any size. Out: even chunks, and what workers make of them, in order."""
