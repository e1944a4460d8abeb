"""The picture of the week in words and bars of text, which need no image to be understood.

Pure. ``Picture``, ``Bar`` and ``Image`` are part of the interface to people's own templates
(``view``). Employers are never named here; boards are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxdigest.language import _, figure, marked, ngettext
from cxdigest.model import KIND_WORDS, KINDS, Digest, Enclosure, Share, Tier, Week
from cxdigest.render import words
from cxdigest.tiers import SEEN

_FULL = 30  #: blocks of a bar that stands for all
_WEEK = 7
_WEEKS = 8
_ORIGINS = 8
_CID = re.compile(r"[A-Za-z0-9._@+-]{1,100}")
#: Every share is of what one reader's searches brought.
_YOURS = marked("These are your alerts, not the market.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of the picture."""

    label: str
    told: str  #: e.g. ``41 of 96 (43%)``
    blocks: str  #: a bar of block letters; empty for none
    kind: str  #: key of the kind, which may give it a colour; empty where it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that goes with the mail."""

    cid: str  #: by which the HTML part shows it
    alt: str  #: what it shows, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The week, or the eight weeks, of one reader's own alerts."""

    title: str
    told: str  #: what it shows, in one or two sentences
    bars: tuple[Bar, ...]  #: by kind
    trend: tuple[Bar, ...]  #: week by week, oldest first; only in the weekly edition
    origins: tuple[Bar, ...]  #: where genuine roles came from; only in the weekly edition
    images: tuple[Image, ...]
    note: str  #: how many, over which days, judged from what, and of what this is no picture


def picture_of(digest: Digest, pictures: Sequence[Enclosure]) -> Picture | None:
    """Return the picture of *digest*'s week, with those of *pictures* that the mail can show."""
    week = digest.week
    if week is None:
        return None
    trend = tuple(_trend(one, digest.locale) for one in _begun(week.trend[-_WEEKS:]))
    return Picture(
        title=_title(week.share),
        told=_told(week.share),
        bars=_bars(week.share),
        trend=trend,
        origins=tuple(_origin(*one) for one in origins_of(week)[:_ORIGINS]),
        images=_images(week, pictures),
        note=_note(week.share, digest.locale),
    )


def origins_of(week: Week) -> list[tuple[str, int, int]]:
    """Return where postings came from, by the names that readers know: most genuine ones first.

    Two formats of one board are one line.
    """
    told: dict[str, tuple[int, int]] = {}
    for name, genuine, shown in week.origins:
        word = words.format_words(name) or _("unknown")
        before = told.get(word, (0, 0))
        told[word] = (before[0] + genuine, before[1] + shown)
    ordered = sorted(told.items(), key=lambda one: (-one[1][0], -one[1][1]))
    return [(word, *numbers) for word, numbers in ordered]


def _begun(trend: Sequence[Share]) -> Sequence[Share]:
    """Return *trend* with one week for all that lie before the first posting."""
    empty = next((at for at, one in enumerate(trend) if any(one.kinds.values())), 0)
    return trend[max(0, empty - 1) :]


def _title(share: Share) -> str:
    weeks = ((share.until - share.since).days + 1) // _WEEK
    return _("Your last {n} weeks", n=weeks) if weeks > 1 else _("Your week")


def _bars(share: Share) -> tuple[Bar, ...]:
    total = sum(share.kinds.values())
    return tuple(
        Bar(
            label=words.upfirst(_(KIND_WORDS[kind])),
            told=_of(share.kinds[kind], total),
            blocks=_blocks(share.kinds[kind], total),
            kind=kind,
        )
        for kind in KINDS
        if share.kinds.get(kind)
    )


def _trend(share: Share, locale: str) -> Bar:
    total, genuine = sum(share.kinds.values()), share.kinds.get("genuine", 0)
    unclear = share.kinds.get("unclear", 0)
    return Bar(
        label=_("To {day}", day=words.short_day(share.until, locale)),
        told=_("{told}, cannot tell {n}", told=_of(genuine, total), n=figure(unclear))
        if total
        else _("nothing to count"),
        blocks=_blocks(genuine, total),
        kind="genuine",
    )


def _origin(name: str, genuine: int, shown: int) -> Bar:
    return Bar(
        label=name,
        told=_of(genuine, shown),
        blocks=_blocks(genuine, shown),
        kind="genuine",
    )


def _of(part: int, whole: int) -> str:
    return _(
        "{part} of {whole} ({percent})",
        part=figure(part),
        whole=figure(whole),
        percent=_percent(part, whole),
    )


def _percent(part: int, whole: int) -> str:
    return _("{n}%", n=round(100 * part / whole) if whole else 0)


def _blocks(part: int, whole: int) -> str:
    """A bar that shows that there is something wherever there is."""
    length = min(_FULL, round(_FULL * part / whole)) if whole else 0
    return "█" * (max(1, length) if part else 0)


def _told(share: Share) -> str:
    total, genuine = sum(share.kinds.values()), share.kinds.get("genuine", 0)
    if not total:
        return _("No title said customer experience in these days.")
    told = ngettext(
        "{n} title says customer experience;", "{n} titles say customer experience;", total
    )
    percent = _percent(genuine, total)
    means = ngettext(
        "{n} means it ({percent}).", "{n} mean it ({percent}).", genuine, percent=percent
    )
    if unclear := share.kinds.get("unclear", 0):
        percent = _percent(unclear, total)
        means += " " + _(
            "Of {n} it cannot be told yet ({percent}).", n=figure(unclear), percent=percent
        )
    return f"{told} {means}"


def _note(share: Share, locale: str) -> str:
    since, until = (words.short_day(day, locale) for day in (share.since, share.until))
    total = sum(share.kinds.values())
    told = ngettext(
        "{n} posting, {since} to {until}", "{n} postings, {since} to {until}", total,
        since=since, until=until,
    ) if total else _("No postings, {since} to {until}", since=since, until=until)  # fmt: skip
    return f"{told}{_seen(share.tiers)}. {_(_YOURS)}"


def _seen(tiers: Mapping[Tier, int]) -> str:
    told = [f"{_(word)} {figure(tiers[tier])}" for tier, word in SEEN.items() if tiers.get(tier)]
    return _("; judged from {told}", told=", ".join(told)) if told else ""


def _images(week: Week, pictures: Sequence[Enclosure]) -> tuple[Image, ...]:
    alt = _alt(week)
    return tuple(Image(cid=one.cid, alt=alt) for one in pictures if _CID.fullmatch(one.cid))


def _alt(week: Week) -> str:
    """Say what the plot shows: the share of each week, oldest first, and where roles came from."""
    shares = [
        _percent(one.kinds.get("genuine", 0), sum(one.kinds.values()))
        for one in week.trend[-_WEEKS:]
    ]
    if not shares:
        return _("The numbers of this picture stand beside it.")
    return _(
        "Share of titles that mean customer experience, week by week, oldest first: {shares}. All "
        "numbers stand below.",
        shares=", ".join(shares),
    )


def shown(pictures: Sequence[Enclosure], picture: Picture | None) -> tuple[Enclosure, ...]:
    """Return those of *pictures* that *picture* shows."""
    cids = {image.cid for image in picture.images} if picture else set()
    return tuple(one for one in pictures if one.cid in cids)
