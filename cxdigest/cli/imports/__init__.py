"""``cxdigest import``: what a person has elsewhere, taken in; one file a command."""
