"""Pages: the duties of a posting, from its own page or from what its employer publishes.

May import ``hosts``, which asks, and the street. Gives no verdict.
"""
