"""Commands on persons: profiles, users of the console, coaches' reviews, readers' feedback.

What may be changed and what an erasure takes away is said in ``cxdigest.console``, for pages alike.
"""
