"""What each entry holds. In: the entries of a page. Out: author, time and own words of each."""
