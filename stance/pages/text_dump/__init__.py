"""Plain text of comment pages, as renderers of main content print it. In: bytes or text. Out: its one thread."""

from stance.pages.text_dump._parsing import matches, parse, parse_text

__all__ = ["matches", "parse", "parse_text"]
