"""Load packs of which some may be left out: one that was saved long ago never stops the program.

A pack that another version of cxdigest wrote, or that leans on one that is gone, is left out whole;
its problems are returned for people to see. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cxdigest.errors import PackError, Problem
from cxdigest.rules.compiled import Rules
from cxdigest.rules.pack import read_packs

Pack = tuple[str, bytes]  #: name and content


def load_leniently(
    shipped: Sequence[Pack], packs: Sequence[Pack], may_go: Collection[str]
) -> tuple[Rules, tuple[Problem, ...]]:
    """Return the rules of *packs*, and what is wrong with those that were left out.

    Only packs whose names are in *may_go* are.

    Raises:
        PackError: another pack cannot be used.
    """
    left, told = list(packs), list[Problem]()
    while True:
        try:
            return Rules(read_packs(shipped, left)), tuple(told)
        except PackError as error:
            wrong = {one.where for one in error.problems}
            gone = wrong & {name for name, _ in left} & set(may_go)
            if not gone:
                raise
            told += [one for one in error.problems if one.where in gone]
            left = [pack for pack in left if pack[0] not in gone]
