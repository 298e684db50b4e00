"""Passes over the units. In: chunks of units. Out: examples decided, masked and counted, duplicates named."""
