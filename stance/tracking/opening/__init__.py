"""What is asked of a store before any work is done. In: its address. Out: nothing, or why it cannot be used."""

from stance.tracking.opening._schema import check_schema, create_database
from stance.tracking.opening._server import check_server

__all__ = ["check_schema", "check_server", "create_database"]
