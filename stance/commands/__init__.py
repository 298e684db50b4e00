"""Commands: a module a verb. In: what a person typed. Out: what other rooms make of it, printed and written."""
