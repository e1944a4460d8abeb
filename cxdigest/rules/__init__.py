"""Packs of rules in, a verdict on a posting out.

``load`` reads the shipped packs and a user's own; ``judge`` adds up what they say of one posting.
Pure but for reading the packs that ship inside this package.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import resources

from cxdigest.errors import Problem
from cxdigest.rules.compiled import Rules
from cxdigest.rules.judge import judge, judge_many
from cxdigest.rules.lenient import Pack, load_leniently
from cxdigest.rules.pack import read_packs

__all__ = ["Pack", "Rules", "judge", "judge_many", "load", "load_without_broken", "shipped"]


def shipped() -> list[tuple[str, bytes]]:
    """Return the packs that ship with cxdigest, as (name, content) in a fixed order."""
    folder = resources.files("cxdigest.rules").joinpath("packs")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")),
                   key=lambda file: file.name)  # fmt: skip
    return [(file.name, file.read_bytes()) for file in files]


def load(packs: Sequence[tuple[str, bytes]] = ()) -> Rules:
    """Return the rules of the shipped packs and of *packs*, given as (name, content).

    A pack of the user adds rules, or overrides a rule by its id.

    Raises:
        PackError: with every problem of every pack.
    """
    return Rules(read_packs(shipped(), packs))


def load_without_broken(
    packs: Sequence[Pack], may_go: Collection[str]
) -> tuple[Rules, tuple[Problem, ...]]:
    """Return the rules of the shipped packs and of *packs*, and what is wrong with those left out.

    Only packs whose names are in *may_go* are left out.

    Raises:
        PackError: another pack cannot be used.
    """
    return load_leniently(shipped(), packs, may_go)
