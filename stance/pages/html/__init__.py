"""Saved HTML pages with comments, read by the template that their entries repeat. In: bytes. Out: their one thread."""

from stance.pages.html._page import matches, parse, parse_html

__all__ = ["matches", "parse", "parse_html"]
