"""The templates of the pages. Apart from the mail's, whose styles are put into every tag."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cxdigest.language import LANGUAGES
from cxdigest.language.templates import teach
from cxdigest.render import stored
from cxdigest.render.templates import shipped_folder


def templates() -> Environment:
    """Return the shipped templates of the pages; everything in them is escaped."""
    made = Environment(
        loader=FileSystemLoader(shipped_folder() / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    teach(made)
    made.globals["languages"] = LANGUAGES  # that a page may be read in
    made.filters["said"] = stored.said  # what was kept in English, such as a rule's reason
    return made
