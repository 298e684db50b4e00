"""MLflow's own pages: where they are, and what they open with. In: a store. Out: links, and a server for one's own."""

from stance.tracking.ui._links import link_of, where
from stance.tracking.ui._serving import serve
from stance.tracking.ui._sweep import track_sweep
from stance.tracking.ui._unsent import UnsentSweep, forget_sweep, keep_sweep, read_sweeps
from stance.tracking.ui._view import keep_view

__all__ = [
    "UnsentSweep",
    "forget_sweep",
    "keep_sweep",
    "keep_view",
    "link_of",
    "read_sweeps",
    "serve",
    "track_sweep",
    "where",
]
