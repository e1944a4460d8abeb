"""The documentation: what writes its pages from the code (``python -m tests.docs``), and its tests."""
