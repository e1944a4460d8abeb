"""Who gets digests now: the people of the configuration and those of the store.

The store may change while the program runs, so it is asked anew for each turn; only what changed is
checked again. A stored profile that is not right is named and left out, and stops nobody else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Container, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

from jinja2 import Environment

from cxdigest.config import (
    ChannelConfig,
    CoachConfig,
    Config,
    DeliverConfig,
    MailboxConfig,
    ProfileConfig,
    SmtpConfig,
    SourceConfig,
    WishesConfig,
    addresses_of,
    defined,
    sort_people,
    whose,
)
from cxdigest.errors import ConfigError, PackError, Problem
from cxdigest.judges import Judges
from cxdigest.model import Coach, Profile, Recipient, Review, Wishes, routed
from cxdigest.render.templates import environment, unbranded
from cxdigest.rules import Pack, Rules
from cxdigest.store import Enrolment, Store

log = logging.getLogger(__name__)
_Own = TypeVar("_Own")

STORED = "stored profiles"  #: where the problems of stored profiles are, as a person knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One stored profile as it was read last."""

    changed: datetime | None
    settings: ProfileConfig | None  #: None: it is not right


class Roll:
    """Profiles as they stand, with rules and templates of their own.

    The mappings follow with each call of ``profiles``. The worker and the pages call it, each in a
    thread of its own, and what one finds in them must not go away because the other asks.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._lock = threading.RLock()
        self._members: dict[str, _Member] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._enlisted: dict[str, tuple[ProfileConfig, bool, Profile]] = {}
        self._packs_broken: dict[str, Problem] = {}
        self._judges = Judges(config, store)
        self._templates: dict[Path, Environment] = {}
        self.own_rules: dict[str, Rules] = {}  #: by the name of a profile with packs of its own
        self.branded: dict[str, Environment] = {}  #: by the name of one with templates of its own
        self.per_day: dict[str, int] = {}  #: pages a day, of those that want pages read

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with stored profiles, which get no digest, and packs, left out."""
        told = [one for name in sorted(self._problems) for one in self._problems[name]]
        return (*told, *self._packs_broken.values(), *self._judges.problems)

    @property
    def shared(self) -> Rules:
        """The rules of those who have none of their own, as they were when last looked at."""
        with self._lock:
            return self._judges.known or self.shared_rules()

    def people(self) -> tuple[Mapping[str, ProfileConfig], Mapping[str, Enrolment]]:
        """Return the settings of everybody whose are right, and how each stands in the store.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._lock:
            roster = self._store.roster()
            stored = {name for name, one in roster.items() if one.changed is not None}
            self._forget(stored)
            changed = [name for name in sorted(stored) if self._is_news(roster[name])]
            if changed:
                self._read(changed, roster)
            people = dict(self._config.profiles)
            for name in sorted(stored):
                if (settings := self._members[name].settings) is not None:
                    people[name] = settings
        return people, roster

    def profiles(self) -> tuple[Profile, ...]:
        """Return everybody, those that are paused included, the configuration's first.

        Raises:
            StoreError: the store cannot be read.
            PackError: a pack of somebody in the configuration cannot be used.
        """
        with self._lock:
            people, roster = self.people()
            self.shared_rules()
            found = [self._enlist(name, settings, roster) for name, settings in people.items()]
            for mapping in (self.own_rules, self.branded, self.per_day, self._enlisted):
                _keep_only(mapping, people)
            self._packs_broken = {k: one for k, one in self._packs_broken.items() if k in people}
            self._judges.keep_only(self.own_rules.values())
        return tuple(one for one in found if one)

    def _forget(self, stored: set[str]) -> None:
        self._members = {name: one for name, one in self._members.items() if name in stored}
        self._problems = {name: them for name, them in self._problems.items() if name in stored}

    def _is_news(self, one: Enrolment) -> bool:
        known = self._members.get(one.name)
        return known is None or known.changed != one.changed

    def _read(self, changed: list[str], roster: Mapping[str, Enrolment]) -> None:
        everyone = {name: one.settings for name, one in self._members.items() if one.settings}
        addresses = addresses_of({**self._config.profiles, **everyone})
        definitions = self._store.definitions(changed)
        good, problems = sort_people(
            defined(definitions, STORED), self._config, addresses=addresses
        )
        for name in set(changed) & set(self._config.profiles):
            good.pop(name, None)
            problems.append(declared_too(name, self._config))
        for name in changed:
            self._problems.pop(name, None)
            self._members[name] = _Member(changed=roster[name].changed, settings=good.get(name))
        for problem in problems:
            log.warning("%s", problem)
            name = whose(problem)
            self._problems[name] = (*self._problems.get(name, ()), problem)

    def _enlist(
        self,
        name: str,
        settings: ProfileConfig,
        roster: Mapping[str, Enrolment],
    ) -> Profile | None:
        standing = roster.get(name)
        profile = self._profile(name, settings, paused=bool(standing and standing.paused))
        if not settings.packs and not self._judges.has_pack(name):
            self.own_rules.pop(name, None)
            self._packs_broken.pop(name, None)
        elif not self._has_rules(profile, settings.packs):
            return None
        folder = templates_of(settings, self._config)
        _set(self.branded, name, self._dress(folder) if folder else None)
        reads = settings.read_pages and not profile.paused
        _set(self.per_day, name, settings.pages_per_day if reads else None)
        return profile

    def _profile(self, name: str, settings: ProfileConfig, *, paused: bool) -> Profile:
        """Return what *settings* say, made anew only where they changed: pages ask often."""
        known = self._enlisted.get(name)
        if known and known[0] is settings and known[1] == paused:
            return known[2]
        stored = name not in self._config.profiles
        held = paused or settings.paused
        made = profile_of(name, settings, self._config, stored=stored, paused=held)
        self._enlisted[name] = (settings, paused, made)
        return made

    def _dress(self, folder: Path) -> Environment:
        if folder not in self._templates:
            try:
                self._templates[folder] = environment(folder)
            except ConfigError as error:
                # A brand that is wrong stops nobody's digest; its coach is told.
                log.warning("%s", error)
                self._templates[folder] = unbranded(folder, str(error))
        return self._templates[folder]

    def _has_rules(self, profile: Profile, packs: Iterable[Path]) -> bool:
        """Tell whether *profile* has its own rules: those that stood before if need be."""
        try:
            self.own_rules[profile.name] = self._judges.rules_of(profile.name, packs)
        except (PackError, OSError) as error:
            # A pack that breaks while the program runs stops nobody.
            if profile.name not in self.own_rules and not profile.stored:
                raise
            self._tell(profile.name, error)
        else:
            if self._packs_broken.pop(profile.name, None):
                log.info("profile %s: its rules can be used again", profile.name)
        return profile.name in self.own_rules

    def _tell(self, name: str, error: Exception) -> None:
        """Note that the rules of *name* cannot be used, and log it once."""
        what = f"its rules cannot be used: {error}"
        problem = Problem(where=STORED, line=0, key=f"profiles.{name}.packs", what=what)
        if self._packs_broken.get(name) != problem:
            log.warning("%s", problem)
        self._packs_broken[name] = problem

    def shared_rules(self) -> Rules:
        """Return the rules of those who have none of their own, as they are now.

        Raises:
            StoreError: the store cannot be read.
            PackError: a pack of the configuration cannot be used, and none could before.
        """
        with self._lock:
            self._judges.look()
            return self._judges.shared()

    def packs_beside(self, name: str) -> tuple[Pack, ...]:
        """Return what judges for *name*, "" for everybody, beside the stored pack of that name.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._lock:
            people, _ = self.people()
            self._judges.look()
            return self._judges.beside(name, people[name].packs if name in people else ())


def _set(mapping: MutableMapping[str, _Own], name: str, own: _Own | None) -> None:
    """Put *own* in its place in *mapping*; None: there is none."""
    if own is None:
        mapping.pop(name, None)
    else:
        mapping[name] = own


def _keep_only(mapping: MutableMapping[str, Any], names: Container[str]) -> None:
    for gone in [name for name in mapping if name not in names]:
        del mapping[gone]


def declared_too(name: str, config: Config) -> Problem:
    """Return the problem of a stored profile whose name the configuration declares."""
    return Problem(
        where=STORED,
        line=0,
        key=f"profiles.{name}",
        what=f"{config.path} declares a profile of that name",
        instead=f"remove it there, or `cxdigest profile remove {name}` here",
    )


def templates_of(settings: ProfileConfig, config: Config) -> Path | None:
    """Return the folder of templates of a profile: its own, else its coach's."""
    coach = config.coaches.get(settings.coach or "")
    return settings.templates or (coach.templates if coach else None)


def profile_of(
    name: str, one: ProfileConfig, config: Config, *, stored: bool = False, paused: bool = False
) -> Profile:
    """Return the profile that *one* says; what is disabled in *config* is left out of it."""
    sources = {key: source for key, source in config.sources.items() if source.enabled}
    channels = {key: channel for key, channel in config.channels.items() if channel.enabled}
    mailed = any(isinstance(channels.get(way.channel), SmtpConfig) for way in one.deliver)
    mailbox = any(isinstance(sources.get(source), MailboxConfig) for source in one.sources)
    folder = templates_of(one, config)
    return Profile(
        name=name,
        heading=one.name,
        sources=tuple(
            routed(source, name) if is_intake(sources[source]) else source
            for source in one.sources
            if source in sources
        ),
        recipients=recipients_of(one.deliver, channels),
        send_at=one.send_at,
        zone=one.time_zone,
        days=frozenset(one.days),
        lookback=one.lookback,
        replies=mailed and mailbox,
        wishes=wishes_of(one.wishes),
        hidden=one.hide_employers,
        show=dict(one.show),
        send_empty=one.empty_days == "send",
        weekly=one.weekly,
        locale=one.dates or one.language or config.language,
        language=one.language or config.language,
        addresses=one.addresses,
        packs=tuple(map(str, one.packs)),
        templates=str(folder) if folder else "",
        coach=one.coach or "",
        review=_review(one),
        paused=paused or one.paused,
        stored=stored,
    )


def is_intake(one: SourceConfig) -> TypeGuard[MailboxConfig]:
    """Tell whether *one* is a mailbox that serves several people."""
    return isinstance(one, MailboxConfig) and one.intake


def wishes_of(one: WishesConfig) -> Wishes:
    """Return the wishes as the digest weighs them."""
    return Wishes(
        titles=one.titles,
        avoid=one.avoid,
        seniority=one.seniority,
        places=one.places,
        workplaces=one.workplaces,
        salary_from=one.salary_from,
        salary_unknown=one.salary_unknown,
        newest_days=one.newest_days,
        hide=frozenset(one.hide),
    )


def recipients_of(
    ways: Iterable[DeliverConfig], channels: Mapping[str, ChannelConfig]
) -> tuple[Recipient, ...]:
    """Return who gets what goes over *ways*, as far as *channels* has the channel."""
    known = [way for way in ways if way.channel in channels]
    return tuple(
        recipient
        for way in known
        for recipient in (
            *(Recipient(way.channel, address) for address in way.to),
            *(Recipient(way.channel, address, "cc") for address in way.cc),
        )
    )


def _review(one: ProfileConfig) -> Review | None:
    if not one.review or not one.coach:
        return None
    return Review(coach=one.coach, until=one.review.wait, otherwise=one.review.otherwise)


def coach_of(
    name: str, one: CoachConfig, channels: Mapping[str, ChannelConfig], language: str = "en"
) -> Coach:
    """Return the coach *name*, as far as *channels* has the channels.

    *language* is that of a coach who names none.
    """
    return Coach(
        name=name,
        heading=one.name,
        recipients=recipients_of(one.deliver, channels),
        send_at=one.send_at,
        zone=one.time_zone,
        days=frozenset(one.days),
        templates=str(one.templates or ""),
        language=one.language or language,
    )
