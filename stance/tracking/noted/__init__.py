"""Notes of runs that are done, so that a skip needs no MLflow. In: what is asked for. Out: a run that is done."""

from stance.tracking.noted._asked import Asked, make_asked
from stance.tracking.noted._notes import NotedRun, find_noted, note_run

__all__ = ["Asked", "NotedRun", "find_noted", "make_asked", "note_run"]
