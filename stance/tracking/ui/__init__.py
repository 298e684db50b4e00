"""MLflow's own pages: where they are, and what they open with. In: a store. Out: links, and a server for one's own."""

from stance.tracking.ui._links import link_of, where
from stance.tracking.ui._serving import serve

__all__ = ["link_of", "serve", "where"]
