"""Write YAML that the strict reader takes: what another program might misread stands in quotes."""

from __future__ import annotations

from typing import Any

import yaml

from cxdigest.yamlfile.words import read_word


class _Dumper(yaml.SafeDumper):
    """Quotes every word that is not plainly text."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = read_word(text) == (text, None) and ":" not in text
    style = None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:  # noqa: ANN401 - whatever is to be written
    """Return *value* as a YAML document, in its own order."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text
