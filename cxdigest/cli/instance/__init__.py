"""Commands on the instance as a whole: one turn, serving, workers, its health, backups, the demo.

Start what ``cxdigest.worker``, ``web``, ``doctor``, ``service`` and ``demo`` hold, and tell of it.
"""
