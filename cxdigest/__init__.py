"""cxdigest: one clean digest of customer experience jobs, with the words that say why."""

import logging

__version__ = "0.1.0"

# Without this, commands that show no log would print its errors amid what they say themselves.
logging.getLogger(__name__).addHandler(logging.NullHandler())
