"""Whose a mail in a mailbox is that takes in the mails of many people. Pure.

An address belongs to one person; what names nobody, or two people alike, is nobody's, because a
posting must never reach another's digest. ``extract.mails.addressing`` finds the addresses of a
mail and how each is known; here the surest way that leads to anybody decides.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Who has mails in one mailbox."""

    address: str  #: the mailbox's own, in small letters; empty where it is not known
    owners: Mapping[str, str]  #: address in small letters -> profile

    @property
    def fingerprint(self) -> str:
        """What changes when another address is somebody's."""
        rows = sorted(self.owners.items())
        return hashlib.sha256(repr((self.address, rows)).encode()).hexdigest()[:32]

    def owner(self, addressed: Sequence[str]) -> str:
        """Return the profile whose mail it is, ``""`` for nobody's.

        *addressed* holds ``way:address``, the surest way first.
        """
        for _, entries in groupby(addressed, key=lambda entry: entry.partition(":")[0]):
            named = {self._of(entry.partition(":")[2]) for entry in entries} - {""}
            if named:
                return named.pop() if len(named) == 1 else ""
        return ""

    def _of(self, address: str) -> str:
        """Return whose *address* is: as it stands, else without what follows a plus in it."""
        base = without_tag(address)
        return self.owners.get(address) or (
            self.owners.get(base, "") if base != self.address else ""
        )


def intake_of(address: str, people: Iterable[tuple[str, Iterable[str]]]) -> Intake:
    """Return who has mails in the mailbox of *address* among *people*: profile and addresses.

    Without any word, ``coach+anna@mail.example`` is anna's in the mailbox coach@mail.example. What
    two people name is neither's, and the mailbox's own address is nobody's.
    """
    own = address.lower() if "@" in address else ""
    local, _, domain = own.rpartition("@")
    claims: dict[str, set[str]] = defaultdict(set)
    names = []
    for name, addresses in people:
        names.append(name)
        for one in addresses:
            claims[one.lower()].add(name)
    for name in names if own else ():
        claims.setdefault(f"{local}+{name}@{domain}", {name})
    claims.pop(own, None)
    owners = {one: min(who) for one, who in claims.items() if len(who) == 1}
    return Intake(address=own, owners=owners)


def without_tag(address: str) -> str:
    """``coach+anna@mail.example`` -> ``coach@mail.example``."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def told_by(addressed: Sequence[str], own: str) -> str:
    """Return the address by which a mail that is nobody's is best told, ``""`` for none.

    The mailbox's *own* and whoever wrote the mail say least.
    """
    told = [entry.partition(":")[::2] for entry in addressed]
    ranked = sorted(told, key=lambda one: (one[1] == own, _TELLING.index(one[0])))
    return ranked[0][1] if ranked else ""


_TELLING = ("delivered", "written", "forwarded", "sent")
