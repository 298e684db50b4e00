"""Tables that others published. In: files, and their columns as one YAML declares them. Out: chunks of units."""

from stance.dataset.tables._read_table import read_table
from stance.dataset.tables._unit_table import UnitTable

__all__ = ["UnitTable", "read_table"]
