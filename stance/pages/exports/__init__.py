"""Exports: files that blog software and comment hosts write of themselves. In: bytes. Out: threads."""
