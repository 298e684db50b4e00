"""Replies inside a table: which parents are there, and which comments one conversation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Replies:
    """The row of each row's parent and of the comment its conversation begins with; -1 for a parent not there.

    `is_reply` says which rows name a parent. `in_circle` are rows that no parent leads out of.
    """

    above: "np.ndarray"
    top: "np.ndarray"
    is_reply: "np.ndarray"
    in_circle: "np.ndarray"


def find_replies(comments: "np.ndarray", parents: "np.ndarray") -> Replies:
    """Follow each row's parents to the top, from the hashes of comments and of their parents (0: none).

    >>> import numpy as np
    >>> found = find_replies(np.array([5, 6, 7, 8]), np.array([0, 5, 6, 99]))
    >>> found.above.tolist(), found.top.tolist()
    ([-1, 0, 1, -1], [0, 0, 0, 3])
    """
    import numpy as np

    order = np.argsort(comments)
    # parents in their order too: neighbours then look in the same place
    asked = np.argsort(parents)
    place = np.empty(len(parents), dtype=np.int64)
    place[asked] = np.minimum(np.searchsorted(comments[order], parents[asked]), max(len(comments) - 1, 0))
    is_reply = parents != 0
    above = np.where(is_reply & (comments[order][place] == parents), order[place], -1)
    top = np.where(above < 0, np.arange(len(comments)), above)
    # each step doubles how far up a row has looked
    for _ in range(len(comments).bit_length()):
        higher = top[top]
        if np.array_equal(higher, top):
            break
        top = higher
    return Replies(above, top, is_reply, np.flatnonzero(above[top] >= 0))
