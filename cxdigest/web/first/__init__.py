"""The first start in a browser: leads from no configuration to one, then makes room for the pages.

An app of its own, since nothing else works yet: no store, no street, no users. The steps themselves
lie in ``cxdigest.setup``.
"""
