"""Saved HTML pages with comments, read by the template that their entries repeat. In: bytes. Out: their one thread."""

from stance.pages.html._page import matches, parse, parse_html
from stance.pages.html._telegram import SIGN as SIGN_OF_A_CHAT
from stance.pages.html._telegram import parse_chat

__all__ = ["SIGN_OF_A_CHAT", "matches", "parse", "parse_chat", "parse_html"]
