"""The pages of the reference that are made from the code, one function each.

What a page says is read off what the program itself uses: the models of the configuration, the
commands, the schema of packs, the description of the API, the numbers for Prometheus.
"""

from __future__ import annotations

from pathlib import Path

from cxdigest.config.reference import reference

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> dict[str, str]:
    """Return the text of each page by its name below ``docs``."""
    return {"configuration.md": configuration()}


def configuration() -> str:
    """The page as it stands, with the keys as the models have them."""
    above, heading, _ = (DOCS / "configuration.md").read_text("utf-8").partition("# Reference\n\n")
    return f"{above}{heading}{reference().strip()}\n"
