"""The pages of the reference that are made from the code, one module each.

What a page says is read off what the program itself uses: the models of the configuration, the
commands, the reader of packs, the description of the API, the numbers for Prometheus, and what set-up
knows of mail providers.
"""

from __future__ import annotations

from cxdigest.config.reference import reference
from tests.docs import commands, interface, numbers, packs, providers
from tests.docs.read import DOCS


def configuration() -> str:
    """The page as it stands, with the keys as the models have them."""
    above, heading, _ = (DOCS / "configuration.md").read_text("utf-8").partition("# Reference\n\n")
    return f"{above}{heading}{reference().strip()}\n"


#: What makes the text of each page, by its name below ``docs``.
PAGES = {
    "configuration.md": configuration,
    "reference/commands.md": commands.page,
    "reference/interface.md": interface.page,
    "reference/metrics.md": numbers.page,
    "reference/packs.md": packs.page,
    "reference/providers.md": providers.page,
    "reference/shipped-rules.md": packs.shipped_page,
}
