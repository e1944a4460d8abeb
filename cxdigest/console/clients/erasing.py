"""Erase a person: all that is kept of them, the files too; and say what stays and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cxdigest import keeping
from cxdigest.config import Config, FolderChannelConfig, ProfileConfig
from cxdigest.console.clients.definitions import declared_at, unknown
from cxdigest.keeping import Expiry
from cxdigest.language import _, ngettext
from cxdigest.model import routed
from cxdigest.roll import Roll, is_intake
from cxdigest.store import Erased, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was removed of a person, and what is left."""

    erased: Erased
    files: tuple[str, ...]  #: that are gone
    stuck: tuple[str, ...]  #: that could not be removed, and why
    stays: tuple[str, ...]  #: a sentence for each thing that is left

    @property
    def numbers(self) -> tuple[str, ...]:
        """What was removed, in words."""
        one = self.erased
        handed = ngettext("{n} delivery", "{n} deliveries", one.deliveries)
        digests = ngettext("{n} digest", "{n} digests", one.digests)
        return (
            ngettext("{n} alert", "{n} alerts", one.alerts),
            ngettext("{n} sighting", "{n} sightings", one.sightings),
            ngettext(
                "{n} posting that nobody else sees",
                "{n} postings that nobody else sees",
                one.postings,
            ),
            ngettext("{n} word of feedback", "{n} words of feedback", one.feedback),
            _("{digests} with {deliveries}", digests=digests, deliveries=handed),
            ngettext(
                "{n} verdict by rules of their own",
                "{n} verdicts by rules of their own",
                one.verdicts,
            ),
            ngettext("{n} file", "{n} files", len(self.files)),
        )


def require_kept(name: str, settings: Config, store: Store) -> None:
    """Refuse a name of which nothing is kept.

    Raises:
        WrongUseError: it is such a name.
    """
    if name not in settings.profiles and not store.has_profile(name):
        raise unknown(name, settings, store)


def erase(settings: Config, store: Store, name: str, *, now: datetime) -> Erasure:
    """Erase *name*, stored or declared, for good.

    *now* tells when the last of the automatic backups is gone.

    Raises:
        WrongUseError: nothing is kept under that name.
    """
    require_kept(name, settings, store)
    roll = Roll(settings, store)
    people = roll.people()[0]
    others = {key: one for key, one in people.items() if key != name}
    definition = _definition(name, people, store)
    own = own_sources(definition.get("sources") or (), others, settings)
    files = list(_files(settings, store.delivered(name)))
    has_rules = bool(definition.get("packs")) or store.pack(name) is not None
    erased = store.erase_profile(
        name,
        own_sources=[*own, *(routed(source, name) for source in settings.sources)],
        addresses=definition.get("addresses") or (),
        rules_in_use=_fingerprints(roll, name) if has_rules else None,
        coach=definition.get("coach") or "",
    )
    stuck = {str(file): why for file in files if (why := _remove(file))}
    return Erasure(
        erased=erased,
        files=tuple(str(file) for file in files if str(file) not in stuck),
        stuck=tuple(_("{file} stays: {why}", file=file, why=why) for file, why in stuck.items()),
        stays=(
            *_stays(name, settings, definition, own, erased),
            _backups(name, settings, keeping.expiry(settings, now)),
        ),
    )


def _definition(name: str, people: Mapping[str, ProfileConfig], store: Store) -> dict[str, Any]:
    """Return what matters here of the settings of *name*, also of those that are not right."""
    if settings := people.get(name):
        keys = ("sources", "addresses", "packs", "coach")
        return {key: getattr(settings, key) for key in keys}
    return dict(store.definitions([name]).get(name, {}))


def own_sources(
    named: Collection[str], others: Mapping[str, ProfileConfig], settings: Config
) -> list[str]:
    """Return those of the sources *named* that nobody else reads.

    An intake mailbox is nobody's own: it may hold mails of people who are added later.
    """
    shared = {source for one in others.values() for source in one.sources}
    known = settings.sources
    return [
        source
        for source in named
        if source not in shared and not (source in known and is_intake(known[source]))
    ]


def _fingerprints(roll: Roll, name: str) -> set[str]:
    """Return the fingerprints of everybody's rules but those of *name* alone."""
    roll.profiles()
    own = {rules.fingerprint for key, rules in roll.own_rules.items() if key != name}
    return {roll.shared_rules().fingerprint, *own}


def _files(settings: Config, delivered: Iterable[tuple[str, str]]) -> Iterator[Path]:
    """Yield the files that folder channels made of deliveries, which their receipts name."""
    for channel, receipt in delivered:
        one = settings.channels.get(channel)
        if isinstance(one, FolderChannelConfig) and Path(receipt).parent == one.path:
            yield from sorted(one.path.glob(f"{Path(receipt).stem}.*"))


def _remove(file: Path) -> str:
    """Remove *file*; return why it stays, if it does."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        return error.strerror or _("it cannot be removed")
    return ""


def _stays(
    name: str,
    settings: Config,
    definition: Mapping[str, Any],
    own: Collection[str],
    erased: Erased,
) -> Iterator[str]:
    """Say what is left of *name*, why, and what the person can do about it."""
    if name in settings.profiles:
        yield (
            _(
                "{name} is {settings}: remove the block there, or the next turn begins anew.",
                name=name,
                settings=declared_at(name, settings),
            )
        )
    if not definition:
        yield (
            _(
                "The settings of {name} are gone, so sources that nobody else reads could not "
                "be told from others: their alerts stay.",
                name=name,
            )
        )
    if still := [source for source in own if source in settings.sources]:
        yield (
            _(
                "Only {name} read {still}: remove that from {path} too, or it is read again "
                "from its beginning.",
                name=name,
                still=", ".join(still),
                path=settings.path,
            )
        )
    shared = [source for source in definition.get("sources") or () if source not in own]
    if shared:
        yield (
            _(
                "Alerts of {shared} stay where others read them too; of an intake mailbox "
                "those that were {name}'s are removed.",
                shared=", ".join(shared),
                name=name,
            )
        )
    if erased.others_see:
        yield (
            ngettext(
                "{n} posting that others see too stays, without what {name}'s alerts said.",
                "{n} postings that others see too stay, without what {name}'s alerts said.",
                erased.others_see,
                name=name,
            )
        )
    yield (
        _(
            "Mails that were sent are in their recipients' mailboxes, and alerts in the "
            "mailboxes they came to. Files that `preview` wrote stay where it wrote them."
        )
    )
    yield from _stored(settings, erased)


def _stored(settings: Config, erased: Erased) -> Iterator[str]:
    if settings.store.url.startswith("postgresql"):
        yield (
            _(
                "PostgreSQL keeps freed space until it is used again; VACUUM FULL writes its "
                "files anew."
            )
        )
    elif not erased.compacted:
        yield (
            _(
                "Another program has the store open, so its file could not be written anew: "
                "stop `cxdigest serve` and run this again, or traces may stay in the file's "
                "free space."
            )
        )


def _backups(name: str, settings: Config, left: Expiry) -> str:
    elsewhere = _("In backups that you made elsewhere everything stays until you delete them.")
    if not left.number:
        return _("There is no automatic backup yet. {elsewhere}", elsewhere=elsewhere)
    those = ngettext(
        "{n} automatic backup in {folder} may hold {name}",
        "{n} automatic backups in {folder} may hold {name}",
        left.number,
        folder=settings.backups,
        name=name,
    )
    if left.last is None:
        return _(
            "{those}: delete them, for none is made each day in whose favour they go. {elsewhere}",
            those=those,
            elsewhere=elsewhere,
        )
    return _(
        "{those}: the last of them is gone on {day} {last}, as long as `cxdigest "
        "serve` makes one each day and keeps {keep}; or now, if you delete them. "
        "{elsewhere}",
        those=those,
        day=left.last.day,
        last=f"{left.last:%B %Y}",
        keep=settings.backup.keep,
        elsewhere=elsewhere,
    )
