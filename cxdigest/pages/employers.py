"""Employers that publish on a public board, as shipped in ``employers.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from cxdigest.yamlfile import load


@cache
def shipped_boards() -> Mapping[str, tuple[str, str]]:
    """Return employer, as people write it, to (board, token)."""
    name = "employers.yaml"
    content = resources.files("cxdigest.pages").joinpath(name).read_bytes()
    document = load(content, name, literal=True)
    assert not document.problems, document.problems
    lines = ((employer, where.partition(":")) for employer, where in document.root.value.items())
    return {employer: (board, token) for employer, (board, _, token) in lines}
