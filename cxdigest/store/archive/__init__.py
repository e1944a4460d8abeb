"""Looking back: past digests, the search, one posting's history, the numbers, and what is let go.

May import all rooms but ``copies``. Must not change what it finds, but for ``retention``, which
removes what is too old, and ``search``, which keeps its own words.
"""
