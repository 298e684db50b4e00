"""Where the entries of a thread are. In: a parsed page. Out: the elements of each entry, and which it answers."""
