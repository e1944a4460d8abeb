"""Write the configuration down for people and for editors, from the models themselves.

``python -m cxdigest.config.reference`` prints the reference in docs/configuration.md; a test holds
the page against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic.fields import FieldInfo

from cxdigest.config.keys import Keys, Secret
from cxdigest.config.models import Config
from cxdigest.config.plugged import word_of
from cxdigest.config.problems import as_yaml
from cxdigest.config.shape import Pattern, is_secret, sections
from cxdigest.config.values import Span


def schema() -> dict[str, Any]:
    """Return the JSON schema of a configuration file, for editors that complete and check."""
    made: dict[str, Any] = _plain(Config.model_json_schema())
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "Configuration of cxdigest"
    return made


def _plain(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Drop what is for the reference, and the null that stands for a key left out."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _plain(item) for key, item in part.items() if key != "shown"}
    if "default" in kept and kept["default"] is None:
        del kept["default"]
    options = [option for option in kept.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return {**{key: item for key, item in kept.items() if key != "anyOf"}, **options[0]}
    return kept


def reference() -> str:
    """Return every section and key with its meaning, default and limits, as Markdown."""
    return "\n".join(line for at, model in sections() if at for line in _section(at, model))


def _section(at: Pattern, model: type[Keys]) -> Iterator[str]:
    yield f"## {_heading(at, model)}"
    yield ""
    yield " ".join((model.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    yield ""
    yield "| key | meaning | default |"
    yield "|---|---|---|"
    for name, field in ordered(model):
        yield f"| `{name}` | {_meaning(field)} | {_default(field)} |"
    yield ""


def _heading(at: Pattern, model: type[Keys]) -> str:
    if kind := word_of(model):
        return f"{at[0]}: type {kind}"
    return ".".join(part for part in at if part != "*")


def ordered(model: type[Keys]) -> list[tuple[str, FieldInfo]]:
    """Return the keys of *model* as a person reads them: type and switch first, passwords last."""
    first, last = ("type", "enabled"), tuple(Secret.model_fields)
    place = dict.fromkeys(first, -1) | dict.fromkeys(last, 1)
    fields = sorted(model.model_fields.items(), key=lambda item: place.get(item[0], 0))
    return sorted(fields, key=lambda item: first.index(item[0]) if item[0] in first else len(first))


def _meaning(field: FieldInfo) -> str:
    limits = "".join(f" From {found}." for found in _limits(field))
    example = "" if is_secret(field) or not field.examples else _example(field.examples[0])
    return f"{field.description}{_choices(field)}{limits}{example}".replace("|", "\\|")


def _choices(field: FieldInfo) -> str:
    literal = [part for part in get_args(field.annotation) if isinstance(part, str)]
    return f" One of {', '.join(f'`{part}`' for part in literal)}." if len(literal) > 1 else ""


def _limits(field: FieldInfo) -> Iterator[str]:
    bounds = {}
    for item in field.metadata:
        if isinstance(item, Span):
            yield str(item)
        for side in ("ge", "le"):
            if hasattr(item, side):
                bounds[side] = getattr(item, side)
    if len(bounds) > 1:
        yield f"{bounds['ge']:,} to {bounds['le']:,}"


def _example(value: object) -> str:
    return f" Example: `{as_yaml(value)}`"


def _default(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "shown" in extra:
        return str(extra["shown"])
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{as_yaml(field.default)}`"


if __name__ == "__main__":
    print(reference())  # noqa: T201 - a page for the writer of docs/configuration.md
