"""Commands on alerts and the sources that bring them: read, read again, scrubbed, how they stand.

No reader of a format stands here; those are in ``cxdigest.extract``.
"""
