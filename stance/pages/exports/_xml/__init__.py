"""Records of an XML file however long and broken it is. In: bytes. Out: one record at a time, with its defects."""
