"""Packs of rules in, a verdict on a posting out.

``load`` reads the shipped packs and a user's own; ``judge`` adds up what they say of one posting.
Pure but for reading the packs that ship inside this package.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import resources

from cxdigest.errors import PackError, Problem
from cxdigest.rules.compiled import Rules
from cxdigest.rules.judge import judge, judge_many
from cxdigest.rules.pack import read_packs

__all__ = ["Pack", "Rules", "judge", "judge_many", "load", "load_without_broken", "shipped"]

Pack = tuple[str, bytes]  #: name and content


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


def load_without_broken(
    packs: Sequence[Pack], may_go: Collection[str]
) -> tuple[Rules, tuple[Problem, ...]]:
    """Return the rules of the shipped packs and of *packs*, and what is wrong with those left out.

    Only packs whose names are in *may_go* are left out: one that another version wrote, or that
    leans on one that is gone.

    Raises:
        PackError: another pack cannot be used.
    """
    left, told = list(packs), list[Problem]()
    while True:
        try:
            return load(left), tuple(told)
        except PackError as error:
            gone = {one.where for one in error.problems} & {name for name, _ in left} & {*may_go}
            if not gone:
                raise
            told += [one for one in error.problems if one.where in gone]
            left = [pack for pack in left if pack[0] not in gone]
