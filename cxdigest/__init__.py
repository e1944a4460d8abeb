"""cxdigest: one clean digest of customer experience jobs, with the words that say why."""

__version__ = "0.1.0"
