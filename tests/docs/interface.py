"""``docs/reference/interface.md``: every address of the JSON API, from its own description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cxdigest.web.api.root import api

_NAMED = {"date": "day", "date-time": "moment", "string": "text", "boolean": "true or false"}
_BEGIN = """# Addresses of the API

This page is made from `/api/v1/openapi.json`, which says the same to programs, with every limit. How a program
signs in, goes through pages and changes things is told in [From programs](../api.md).

All addresses begin with `/api/v1`. A field marked with * must be there. Every answer may also be a problem with
one of the statuses [listed there](../api.md#when-something-is-wrong).
"""


def page() -> str:
    """Return the page."""
    told = api(None).openapi()  # type: ignore[arg-type]  # nothing is asked of what it holds
    schemas = told["components"]["schemas"]
    lines = [_BEGIN, "| asked by | address | what it does |", "|---|---|---|"]
    every = [
        (path, method, one) for path, way in told["paths"].items() for method, one in way.items()
    ]
    for path, method, one in every:
        lines.append(
            f"| {method.upper()} | [`{path}`](#{_anchor(method, path)}) | {one['description']} |"
        )
    for path, method, one in every:
        lines += [
            "",
            f"## {method.upper()} {path}",
            "",
            one["description"],
            "",
        ]
        lines += _takes(one, schemas)
        lines += _gives(one)
    lines += ["", "## What answers hold", ""]
    for name in sorted(schemas, key=_short):
        lines += _record(name, schemas[name])
    return "\n".join(lines).rstrip() + "\n"


def _anchor(*words: str) -> str:
    """Return the anchor of such a heading, as GitHub and the site both make it."""
    return "-".join(re.sub(r"[^\w\s-]", "", " ".join(words)).lower().split())


def _takes(one: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    rows = [
        (f"`{each['name']}`" + "*" * each.get("required", False), each["in"], each)
        for each in one.get("parameters", [])
    ]
    for media, content in one.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], schemas)
        if schema.get("properties"):
            must = schema.get("required", [])
            rows += [
                (f"`{name}`" + "*" * (name in must), "body", {"schema": each})
                for name, each in schema["properties"].items()
            ]
        else:
            rows.append(("the whole", f"body, `{media}`", {"schema": schema}))
    if rows:
        yield from ("| takes | where | as | what it is |", "|---|---|---|---|")
    for name, place, each in rows:
        about = each.get("description") or each["schema"].get("description", "")
        yield f"| {name} | {place} | {_type(each['schema'])} | {_cell(about)} |"
    if rows:
        yield ""


def _gives(one: dict[str, Any]) -> Iterator[str]:
    for status, answer in one["responses"].items():
        if int(status) >= 400:
            continue
        kinds = [_type(content.get("schema", {})) for content in answer.get("content", {}).values()]
        yield f"Answers {status}" + (
            f": {' or '.join(kinds)}." if kinds else ", with nothing in it."
        )


def _record(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {_short(name)}"
    yield ""
    if about := schema.get("description"):
        yield from (" ".join(about.split()), "")
    if schema.get("properties"):
        yield from ("| field | as | what it is |", "|---|---|---|")
        for field, each in schema["properties"].items():
            yield f"| `{field}` | {_type(each)} | {_cell(each.get('description', ''))} |"
        yield ""


def _short(name: str) -> str:
    """Return *name* as it is told: two records of that name keep the last word of their module."""
    return " of ".join(reversed(name.split("__")[-2:])) if "__" in name else name


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{_short(name)}](#{_anchor(_short(name))})"
    if choices := [each for each in schema.get("anyOf", []) if each.get("type") != "null"]:
        return " or ".join(map(_type, choices))
    kind = schema.get("type", "")
    inner = schema.get("additionalProperties")
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{each}`" for each in schema.get("enum", [schema.get("const")]))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(inner, dict):
        return f"object of {_type(inner)}"
    return _NAMED.get(schema.get("format", ""), _NAMED.get(kind, kind or "anything"))


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (
        schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    )
    return found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("``", "`").replace("<", "&lt;")
