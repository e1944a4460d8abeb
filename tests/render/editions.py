"""Invented days with everything that a mail may hold, for the tests of its look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from cxdigest.model import (
    FEEDBACK_WORDS,
    Action,
    Candidate,
    Correction,
    Digest,
    Enclosure,
    Hiding,
    Kind,
    Share,
    Week,
)
from tests import days

KINDS: dict[Kind, int] = {
    "genuine": 12, "service": 41, "support": 7, "store": 11, "success": 3, "other": 2, "unclear": 20,
}  # fmt: skip
#: The smallest PNG there is: one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
PLOT = Enclosure(name="weeks.png", media="image/png", content=PNG, cid="weeks")


def share(days_back: int = 6, until: date = days.DAY, kinds: dict[Kind, int] = KINDS) -> Share:
    return Share(
        since=until - timedelta(days=days_back),
        until=until,
        kinds=kinds,
        tiers={"full": 48, "snippet": 30, "title": 18},
    )


def trend() -> tuple[Share, ...]:
    return tuple(
        share(
            until=days.DAY - timedelta(weeks=7 - at),
            kinds={"genuine": 4 + at * 3 % 9, "service": 30 + at, "unclear": 9 + at % 3},
        )
        for at in range(8)
    )


def acted(found: Candidate) -> Candidate:
    """Return *found* with the links by which its reader may say something of it."""
    base = "https://digest.example/f/"
    token = (found.posting.id.encode().hex() * 4)[:56]
    return replace(
        found,
        actions=tuple(Action(word=word, url=f"{base}{token}{word[:2]}") for word in FEEDBACK_WORDS),
    )


def acting(digest: Digest) -> Digest:
    """Return *digest* with such links beside every posting."""
    groups = ("genuine", "unclear", "flagged", "others", "again", "closed")
    return replace(digest, **{key: tuple(map(acted, getattr(digest, key))) for key in groups})  # type: ignore[arg-type]


def ordinary() -> Digest:
    return acting(replace(days.rich(), week=Week(share=share())))


def weekly() -> Digest:
    week = Week(
        share=share(),
        trend=trend(),
        origins=(("linkedin", 8, 60), ("indeed", 3, 27), ("google-alerts-mail", 1, 9)),
    )
    return replace(ordinary(), week=week, weekly=True)


def everything() -> Digest:
    """An ordinary week's edition on which everything happened that can."""
    digest = weekly()
    first, second, *genuine = digest.genuine
    look, *unclear = digest.unclear
    old = days.candidate(
        "Head of Passenger Experience", "Halcyon Rail", "York", days.verdict("genuine"), days=20
    )
    gone = days.candidate("Journey Manager", "Sedge Water", "Ely", days.verdict("genuine"), days=12)
    poison = days.candidate("A title that no mail can hold", key="9f1c77aa02cd4410")
    return acting(replace(
        digest,
        genuine=(
            replace(first, missed=("pays £68,000 to £76,000", "in Leith, Scotland")),
            replace(second, said="genuine"), *genuine,
        ),
        unclear=(replace(look, said="applied"), *unclear),
        again=(replace(old, since="Shown 20 days ago, posted again yesterday."),),
        closed=(replace(gone, since="Shown 12 days ago, closed since."),),
        hidings=(Hiding(reason="below your salary", count=9), Hiding(reason="of employers that you hide", count=3)),
        quarantined=(poison,),
        corrections=(
            Correction(word="genuine", title="CX Operations Lead", company="Juniper Parcel", changed="It stands among the customer experience roles now"),
            Correction(word="hide-employer", title="Sales Hero", company="Bright & Brash", changed="Its 4 postings are left out from now on"),
        ),
        missed=(days.DAY - timedelta(days=4), days.DAY - timedelta(days=3)),
        missed_why="this computer was off",
        note="Look at the ferry job first, Morag: they know your work.\n\nWe speak on Tuesday about Halyard; bring the two figures.",
        coach="Una Kettlewell",
    ))  # fmt: skip


def large(genuine: int = 20, unclear: int = 50, flagged: int = 130, others: int = 100) -> Digest:
    """A day of that many postings, each with its links."""
    base = days.rich()
    found = [
        *_many(base.genuine, genuine), *_many(base.unclear, unclear),
        *_many(base.flagged, flagged), *_many(base.others, others),
    ]  # fmt: skip
    digest = days.day_of(found, *base.reports, heading="Morag Tulloch")
    return acting(replace(digest, week=Week(share=share())))


def _many(group: Sequence[Candidate], number: int) -> list[Candidate]:
    return [
        replace(
            group[at % len(group)],
            posting=replace(
                group[at % len(group)].posting,
                id=f"{at:04}-{group[at % len(group)].posting.id}",
                url=f"{group[at % len(group)].posting.url}/{at}",
            ),
        )
        for at in range(number)
    ]
