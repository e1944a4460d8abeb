"""A whole store at once: backed up, put back, moved elsewhere, compared, looked at as it is.

May import every room, and ``Store`` itself. No other room may import it, nor does ``Store``: who
works with a store needs none of this.
"""
