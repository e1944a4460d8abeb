"""Packs of rules in, a verdict on a posting out.

``load`` reads the shipped packs and a user's own; ``judge`` adds up what they say of one posting.
Pure but for reading the packs that ship inside this package.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import resources

from cxdigest import plugins
from cxdigest.errors import PackError, Problem
from cxdigest.plugins import Origin
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.reading import strict
from cxdigest.rules.reading.pack import read_packs
from cxdigest.rules.verdicts.judge import judge, judge_many

__all__ = [
    "Pack",
    "Rules",
    "everybodys",
    "judge",
    "judge_many",
    "load",
    "load_without_broken",
    "pack_in",
    "shipped",
]

Pack = tuple[str, bytes]  #: name and content


def shipped() -> list[tuple[str, bytes]]:
    """Return the packs that ship with cxdigest, as (name, content) in a fixed order."""
    folder = resources.files("cxdigest.rules").joinpath("packs")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")),
                   key=lambda file: file.name)  # fmt: skip
    return [(file.name, file.read_bytes()) for file in files]


def pack_in(package: str, name: str) -> Pack:
    """Return the pack in the file *name* of an installed *package*, as a plugin registers it."""
    return name, resources.files(package).joinpath(name).read_bytes()


@plugins.once
def everybodys() -> tuple[Pack, ...]:
    """Return the shipped packs and those of plugins, which add to them and change nothing there.

    A plugin's pack that cannot be used is left out whole and named.
    """
    packs = [*shipped()]

    def wrong(pack: Pack, _: Origin) -> str:
        try:
            read_packs([*packs, pack])
        except PackError as error:
            return str(error.problems[0])
        if _has_settings(pack):
            return "it has settings, which are everybody's; leave them out"
        packs.append(pack)
        return ""

    plugins.load("packs", tuple, name_of=_name, taken=[_name(one) for one in packs], wrong=wrong)
    return tuple(packs)


def _has_settings(pack: Pack) -> bool:
    value = strict.read(*pack)[1]
    return value is not None and isinstance(value.data, dict) and "settings" in value.data


def _name(pack: Pack) -> str:
    """Return what a pack is called: its file's name without the ending."""
    name, content = pack
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise TypeError("a pack is the name of its file and its bytes; pack_in reads them")
    return name.rpartition("/")[2].removesuffix(".yaml")


def load(packs: Sequence[tuple[str, bytes]] = ()) -> Rules:
    """Return the rules of everybody's packs and of *packs*, given as (name, content).

    A pack of the user adds rules, or overrides a rule by its id. The same packs give the same
    rules, which nothing changes: to compile them takes half a second.

    Raises:
        PackError: with every problem of every pack.
    """
    return _compiled(everybodys(), tuple(packs))


@lru_cache(maxsize=4)
def _compiled(common: tuple[Pack, ...], packs: tuple[Pack, ...]) -> Rules:
    return Rules(read_packs(common, packs))


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
