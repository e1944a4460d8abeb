"""Hold mailboxes that take in the mails of many people against the people who read them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cxdigest.config.addresses import is_address
from cxdigest.config.models import Config
from cxdigest.config.problems import problem
from cxdigest.config.sources import MailboxConfig
from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.yamlfile import Document


def claims(
    data: dict[str, Any], name: str, profile: dict[str, Any], document: Document
) -> Iterator[Problem]:
    """Yield what lets nothing, or everything, in an intake be the person *name*'s."""
    sources, read = data.get("sources"), profile.get("sources")
    if not isinstance(sources, dict) or not isinstance(read, list):
        return
    listed = profile.get("addresses")
    addresses = [str(one).strip().lower() for one in listed] if isinstance(listed, list) else []
    for number, source in enumerate(read):
        one = sources.get(source) if isinstance(source, str) else None
        if not isinstance(one, dict) or one.get("intake") is not True:
            continue
        own = _own_address(one)
        if not own and not addresses:
            what = _('nothing in "{source}" can be told to be this person\'s', source=source)
            instead = _(
                "name the person's mail addresses under addresses, or the mailbox's as address"
            )
            yield problem(document, ("profiles", name, "sources", number), what, instead)
        if own in addresses:
            what = _(
                '"{own}" is the address of "{source}" itself, which every mail in it is sent to',
                own=own,
                source=source,
            )
            local, _at, host = own.partition("@")
            instead = _(
                'write "{local}+{name}@{host}", or where this person forwards from',
                local=local,
                name=name,
                host=host,
            )
            place = ("profiles", name, "addresses", addresses.index(own))
            yield problem(document, place, what, instead)


def _own_address(source: dict[str, Any]) -> str:
    named = str(source.get("address") or source.get("user") or "").strip().lower()
    return named if is_address(named) else ""


def advice(config: Config, document: Document) -> Iterator[Problem]:
    """Yield what is allowed but unwise."""
    intakes = {
        name: one
        for name, one in config.sources.items()
        if isinstance(one, MailboxConfig) and one.intake and one.enabled
    }
    for name, one in intakes.items():
        if one.senders:
            what = _(
                "what people forward themselves comes from their own addresses, and is left out"
            )
            yield problem(document, ("sources", name, "senders"), what, _("write [] for an intake"))
    for name, profile in config.profiles.items():
        if profile.addresses and intakes.keys().isdisjoint(profile.sources):
            what = _("none of this person's sources is an intake, so these decide nothing")
            instead = _("set intake: true on the mailbox, or remove them")
            yield problem(document, ("profiles", name, "addresses"), what, instead)
