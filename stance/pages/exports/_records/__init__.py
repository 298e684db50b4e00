"""Comment records of any source, found by their shape. In: objects and lists, as of JSON or XML. Out: threads."""
