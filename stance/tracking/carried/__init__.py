"""Code that goes with a model. In: the types that a model may hold. Out: the files that these need, and a door."""

from stance.tracking.carried._code import copy_code

__all__ = ["copy_code"]
