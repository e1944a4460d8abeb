"""Commands on packs of rules, and on what they say of postings that come as JSON lines.

Reads packs and labels; judges by ``cxdigest.rules`` and decides nothing itself.
"""
