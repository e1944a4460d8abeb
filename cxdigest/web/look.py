"""The templates of the pages. Apart from the mail's, whose styles are put into every tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
)

from cxdigest.language import LANGUAGES
from cxdigest.language.templates import teach
from cxdigest.render import stored
from cxdigest.render.templates import shipped_folder
from cxdigest.web.plugged import pages


def templates() -> Environment:
    """Return the shipped templates of the pages and those of plugins; all is escaped in them."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(shipped_folder() / "web"), *_plugged()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    teach(made)
    made.globals["languages"] = LANGUAGES  # that a page may be read in
    made.filters["said"] = stored.said  # what was kept in English, such as a rule's reason
    return made


def _plugged() -> Iterator[BaseLoader]:
    """Yield what finds the templates of each plugin's page, under the page's own name alone."""
    for page in (one.value for one in pages()):
        if page.templates:
            yield _Below(f"console/{page.place}/", FileSystemLoader(page.templates))


class _Below(BaseLoader):
    """Templates of which all names begin in the same way."""

    def __init__(self, begins: str, loader: BaseLoader) -> None:
        self._begins = begins
        self._loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the source as Jinja asks for it.

        Raises:
            TemplateNotFound: there is none of this name.
        """
        if not template.startswith(self._begins):
            raise TemplateNotFound(template)
        return self._loader.get_source(environment, template.removeprefix(self._begins))
