"""The round trip through Label Studio has an environment of its own and is no part of the test suite."""

collect_ignore_glob = ["*.py"]
