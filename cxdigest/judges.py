"""Which rules judge for whom: the shipped ones, the configuration's packs and those of the store.

Packs of the store may change while the program runs, so they are looked for anew at each turn. One
that cannot be used is named and left out. Not safe for several threads: ``Roll`` locks around it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from cxdigest import rules as rule_engine
from cxdigest.config import Config
from cxdigest.errors import PackError, Problem
from cxdigest.rules import Pack, Rules
from cxdigest.store import Store, StoredPack
from cxdigest.store.people.packs import EVERYBODY

log = logging.getLogger(__name__)

_FILES = "rules.packs"  #: where the configuration names packs for everybody


class Judges:
    """The rules of everybody, made once for all that have the same packs."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._saved: dict[str, StoredPack] = {}
        self._told: dict[str, tuple[Problem, ...]] = {}  # by the name of a pack
        self._rules: dict[tuple[Pack, ...], tuple[Rules, tuple[Problem, ...]]] = {}
        self.known: Rules | None = None  #: what ``shared`` gave last

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with packs that are left out."""
        return tuple(one for name in sorted(self._told) for one in self._told[name])

    def look(self) -> None:
        """Read those stored packs anew that were changed.

        Raises:
            StoreError: the store cannot be read.
        """
        versions = self._store.pack_versions()
        self._saved = {whose: one for whose, one in self._saved.items() if whose in versions}
        for whose, version in versions.items():
            if whose not in self._saved or self._saved[whose].version != version:
                pack = self._store.pack(whose)
                if pack:
                    self._saved[whose] = pack

    def has_pack(self, whose: str) -> bool:
        """Tell whether the store has rules of *whose* own."""
        return bool(self._stored(whose))

    def shared(self) -> Rules:
        """Return the rules of those who have none of their own.

        Raises:
            PackError: a pack of the configuration cannot be used, and none could before.
            OSError: it cannot be read, and none could before.
        """
        wrong: tuple[Problem, ...] = ()
        try:
            self.known = self.rules_of(EVERYBODY, ())
        except (PackError, OSError) as error:
            # A pack that breaks while the program runs stops nobody.
            if self.known is None:
                raise
            wrong = (Problem(where=_FILES, line=0, key="", what=str(error)),)
        self._tell(_FILES, wrong)
        return self.known

    def rules_of(self, name: str, files: Iterable[Path]) -> Rules:
        """Return the rules for *name*, whose own packs the configuration has in *files*.

        Raises:
            PackError: one of the configuration's packs cannot be used.
            OSError: one cannot be read.
        """
        contents = self._contents(name, files)
        may_go = {pack for pack, _ in (*self._stored(EVERYBODY), *self._stored(name))}
        if contents not in self._rules:
            self._rules[contents] = rule_engine.load_without_broken(contents, may_go)
        rules, wrong = self._rules[contents]
        for pack in may_go:
            self._tell(pack, tuple(one for one in wrong if one.where == pack))
        return rules

    def beside(self, name: str, files: Iterable[Path]) -> tuple[Pack, ...]:
        """Return the packs for *name* without the stored one of that name and those left out."""
        mine = self._stored(name)
        return tuple(
            pack
            for pack in self._contents(name, files)
            if pack not in mine and pack[0] not in self._told
        )

    def keep_only(self, used: Iterable[Rules]) -> None:
        """Forget what is neither in *used* nor shared."""
        in_use = {id(one) for one in (self.known, *used)}
        self._rules = {key: one for key, one in self._rules.items() if id(one[0]) in in_use}
        names = {one.name for one in self._saved.values() if one.text.strip()} | {_FILES}
        self._told = {name: wrong for name, wrong in self._told.items() if name in names}

    def _stored(self, whose: str) -> tuple[Pack, ...]:
        saved = self._saved.get(whose)
        return ((saved.name, saved.text.encode()),) if saved and saved.text.strip() else ()

    def _contents(self, name: str, files: Iterable[Path]) -> tuple[Pack, ...]:
        """Return all packs for *name* in their order: the store's follow the configuration's."""
        everybodys = (*_read(self._config.rules.packs), *self._stored(EVERYBODY))
        own = () if name == EVERYBODY else (*_read(files), *self._stored(name))
        return (*everybodys, *own)

    def _tell(self, pack: str, wrong: tuple[Problem, ...]) -> None:
        """Note what is wrong with *pack*, which is left out, and log it once."""
        if not wrong:
            self._told.pop(pack, None)
            return
        if self._told.get(pack) != wrong:
            log.warning("%s is left out: %s", pack, wrong[0])
        self._told[pack] = wrong


def _read(files: Iterable[Path]) -> list[Pack]:
    return [(str(path), path.read_bytes()) for path in files]
