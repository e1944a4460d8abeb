"""The templates: the shipped ones, styles inlined once, and people's own before them.

Reads templates and brands and nothing else. People's own run in a sandbox (``render.sandbox``) and
fail with their name and line. A folder with nothing but a brand changes the shipped ones' colours
alone.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.ext import Extension

from cxdigest.errors import ConfigError, Problem, RenderError
from cxdigest.language.templates import teach
from cxdigest.render import words
from cxdigest.render.brand import FILE, PLAIN, Brand, read_brand
from cxdigest.render.sandbox import Sandbox
from cxdigest.render.styles import Sheet, inlined, sheet_in, without_sheet

HTML, TEXT = "digest.html.j2", "digest.txt.j2"
_CSS = "digest.css.j2"
#: What a template that somebody wrote may raise, and a posting that cannot be put into words.
FAULTS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, OSError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip


class _Shipped(Environment):
    """For our own templates, which ask for nothing that our records do not have: twice as fast."""

    getattr = staticmethod(getattr)  # type: ignore[assignment]  # it is called without the instance


class _Painted(Extension):
    """Puts the colours of a brand into the shipped sheet as it is loaded."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        shipped = filename is not None and Path(filename).parent == shipped_folder()
        return self._painted(source) if name == _CSS and shipped else source

    def _painted(self, css: str) -> str:
        brand = self.environment.globals["brand"]
        return brand.painted(css) if isinstance(brand, Brand) else css


class _Inlined(_Painted):
    """Writes the shipped sheet into the shipped templates as they are loaded."""

    _sheet: Sheet | None = None

    def preprocess(
        self,
        source: str,
        name: str | None,
        filename: str | None = None,  # noqa: ARG002 - Jinja2 names it
    ) -> str:
        if name == _CSS:
            return without_sheet(self._painted(source))
        if name and name.endswith(".html.j2"):
            return self._shipped_sheet().inlined(source)
        return source

    def _shipped_sheet(self) -> Sheet:
        if self._sheet is None:
            loader = self.environment.loader
            assert loader is not None, "environment() gives it one"
            source = loader.get_source(self.environment, _CSS)[0]
            self._sheet = sheet_in(self._painted(source))
        return self._sheet


def environment(folder: Path | None) -> Environment:
    """Return the templates: those in *folder* first, then the shipped ones, in its brand.

    Raises:
        ConfigError: the brand in *folder* cannot be used; names every problem with its line.
    """
    if folder is None:
        return _environment(PLAIN)
    brand = brand_in(folder)
    return _environment(brand, folder if any(folder.glob("*.j2")) else None)


def unbranded(folder: Path, problem: str) -> Environment:
    """Return the templates in *folder* without its brand, which has a *problem*."""
    own = folder if folder.is_dir() and any(folder.glob("*.j2")) else None
    return _environment(Brand(problem=problem), own)


def brand_problem(own: Environment) -> str:
    """Return why the brand of *own* could not be used; mostly empty."""
    brand = own.globals["brand"]
    return brand.problem if isinstance(brand, Brand) else ""


def brand_in(folder: Path) -> Brand:
    """Return the brand in *folder*, the plain one where there is none.

    Raises:
        ConfigError: it cannot be used; names every problem with its line.
    """
    path = folder / FILE
    try:
        return read_brand(path.read_bytes(), str(path))
    except FileNotFoundError:
        if folder.is_dir():
            return PLAIN
        where, what, instead = folder, "there is no such folder", "make it, or remove the key"
    except OSError as error:
        where, what, instead = path, f"cannot be read: {error.strerror}", "check the path"
    raise ConfigError([Problem(where=str(where), line=0, key="", what=what, instead=instead)])


def writes_alike(templates: Environment) -> bool:
    """Tell whether *templates* are the shipped ones alone, whose macros only read what they get."""
    return isinstance(templates, _Shipped)


def shipped_again(own: Environment) -> Environment:
    """Return the shipped templates in the brand of *own*, for when that breaks."""
    brand = own.globals["brand"]
    return _shipped_in(brand if isinstance(brand, Brand) else PLAIN)


@lru_cache(maxsize=64)
def _shipped_in(brand: Brand) -> Environment:
    return _environment(brand)


def _environment(brand: Brand, folder: Path | None = None) -> Environment:
    shipped = FileSystemLoader(shipped_folder())
    loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder), shipped]) if folder else shipped
    kind: type[Environment] = Sandbox if folder else _Shipped
    extensions: Sequence[type[Extension]] = [_Painted if folder else _Inlined]
    templates = kind(
        loader=loader,
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=extensions,
    )
    teach(templates)
    templates.globals["brand"] = brand
    templates.filters["count"] = words.count
    templates.filters["quoted"] = words.quoted
    templates.filters["upfirst"] = words.upfirst
    templates.filters["wrapped"] = words.wrapped
    return templates


@lru_cache(maxsize=1)
def shipped_folder() -> Path:
    """Return the folder of the shipped templates."""
    return _shipped(Path(str(resources.files("cxdigest"))))


def _shipped(package: Path) -> Path:
    """Find the shipped templates: inside the installed *package*, or beside it in a checkout."""
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def fill(templates: Environment, name: str, **values: object) -> str:
    """Return what the template *name* makes of *values*, fit to be encoded.

    Raises:
        RenderError: it is missing or wrong; names it and the line.
    """
    if isinstance(templates, Sandbox):
        templates.begin()
    try:
        written = templates.get_template(name).render(**values)
        written.encode()
    except FAULTS as error:
        raise RenderError(_told(name, error)) from error
    # The shipped ones hold their styles since they were loaded.
    return inlined(written, name) if name == HTML and isinstance(templates, Sandbox) else written


def _told(name: str, error: Exception) -> str:
    """Name the template, the line and what is wrong with it."""
    if isinstance(error, TemplateNotFound):
        return f"{error.name or name}: there is no such template"
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or name}:{error.lineno}: {error.message}"
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.filename.endswith(".j2"):
            return f"{frame.filename}:{frame.lineno}: {error}"
    return f"{name}: {error}"
