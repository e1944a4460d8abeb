"""People: who gets digests, what they said, who may see what, and how one is removed.

May import ``arrivals``, ``openings``, ``watch`` and what is below. Must not import ``editions``,
which are made of what stands here, nor ``archive``.
"""
