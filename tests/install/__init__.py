"""cxdigest as people install it: built, put into an empty environment, run in an empty folder."""
