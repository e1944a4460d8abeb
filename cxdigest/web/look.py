"""The templates of the pages. Apart from the mail's, whose styles are put into every tag."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates() -> Environment:
    """Return the shipped templates of the pages; everything in them is escaped."""
    return Environment(
        loader=FileSystemLoader(_shipped(Path(str(resources.files("cxdigest")))) / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shipped(package: Path) -> Path:
    """Find the shipped templates: inside the installed *package*, or beside it in a checkout."""
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
