"""What the words of one line are. In: a line. Out: date and name, a label, an end, what the page repeats."""
