"""What is tried of a real server takes minutes and PostgreSQL (make server-test), and is no part of the test suite."""

collect_ignore_glob = ["*.py"]
