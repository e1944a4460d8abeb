"""``python -m cxdigest`` is the same as ``cxdigest``."""

from cxdigest.cli import main

main()
