"""What still holds a person's words. In: these words, a store and folders. Out: where they are, and what deletes it."""

from stance.tracking.erasing._deleting import shell_lines
from stance.tracking.erasing._files import Found, Places, find_files
from stance.tracking.erasing._runs import Origin, SeenRun, files_of, find_runs_on
from stance.tracking.erasing._words import Words

__all__ = [
    "Found",
    "Origin",
    "Places",
    "SeenRun",
    "Words",
    "files_of",
    "find_files",
    "find_runs_on",
    "shell_lines",
]
