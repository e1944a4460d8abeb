"""Packs of rules in, a verdict on a posting out.

``load`` reads the shipped packs and a user's own; ``judge`` adds up what they say of one posting.
Pure but for reading the packs that ship inside this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from cxdigest.rules.compiled import Rules
from cxdigest.rules.judge import judge, judge_many
from cxdigest.rules.pack import read_packs

__all__ = ["Rules", "judge", "judge_many", "load", "shipped"]


def shipped() -> list[tuple[str, bytes]]:
    """Return the packs that ship with cxdigest, as (name, content) in a fixed order."""
    folder = resources.files("cxdigest.rules").joinpath("packs")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")),
                   key=lambda file: file.name)  # fmt: skip
    return [(file.name, file.read_bytes()) for file in files]


def load(packs: Sequence[tuple[str, bytes]] = ()) -> Rules:
    """Return the rules of the shipped packs and of *packs*, given as (name, content).

    A pack of the user adds rules, or overrides a rule by its id. The same packs give the same
    rules, which nothing changes: to compile them takes half a second.

    Raises:
        PackError: with every problem of every pack.
    """
    return _compiled(tuple(packs))


@lru_cache(maxsize=4)
def _compiled(packs: tuple[tuple[str, bytes], ...]) -> Rules:
    return Rules(read_packs(shipped(), packs))
