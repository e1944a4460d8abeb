"""Which stored posting is meant, where it was seen, what was merged into it and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cxdigest.language import _, marked
from cxdigest.links import clean
from cxdigest.model import Posting, SeenAt
from cxdigest.store import Store

_SHOWN = {"title": marked("title"), "company": marked("company"), "location": marked("location")}
_TRACKED = marked("link through the board's tracker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All sightings of one posting."""

    posting: Posting
    at: tuple[SeenAt, ...]  #: oldest first
    merged: Mapping[str, str]  #: own id of merged sightings to the reason
    asked: str = ""  #: the id that was asked for, where it was merged into the posting
    page: str = ""  #: how looking for its duties went, one sentence; empty before


def stored_posting(store: Store, wanted: str) -> Posting | None:
    """Return the stored posting that *wanted* names: its link or its id, or one merged into it."""
    return store.posting(store.known_as(wanted)) or store.posting_at(clean(wanted).url)


def seen_of(store: Store, posting: Posting, *, asked: str = "") -> Seen:
    """Return where *posting* was seen."""
    page = store.page(posting.id)
    return Seen(
        page=page.detail if page else "",
        posting=posting,
        at=tuple(store.sightings(posting.id)),
        merged=store.merged_into(posting.id),
        asked=asked if asked != posting.id else "",
    )


def said_of(seen: Seen) -> list[str]:
    """Return the lines that show *seen* to a person."""
    seen_ = _times(len(seen.at))
    lines = [_("Posting {id}, seen {times}:", id=seen.posting.id, times=seen_)]
    if seen.asked in seen.merged:
        lines.insert(0, _("{asked} was merged into this posting.", asked=seen.asked))
    if seen.posting.closed:
        lines.insert(0, _("No longer open."))
    if seen.page:
        lines.insert(0, _("Its duties: {page}", page=seen.page))
    for key, at in _by_key(seen.at):
        if key in seen.merged:
            lines.append(_("  merged: {why}", why=seen.merged[key]))
        for one in at:
            lines += _lines(one, seen.posting)
        if key in seen.merged:
            undo = f"cxdigest unmerge {seen.posting.id} {key}"
            lines.append(_("    If that is another opening: {undo}", undo=undo))
    return lines


def records_of(seen: Seen) -> list[dict[str, str]]:
    """Return the same for programs: one object a sighting."""
    return [
        {
            "key": one.key or seen.posting.id,
            "source": one.source,
            "format": one.format,
            "seen": one.seen.isoformat(),
            "title": one.title,
            "company": one.company,
            "location": one.location,
            "url": "" if clean(one.url).opaque else one.url,
            "native_id": one.native_id,
            "authenticity": one.authenticity,
            "merged": seen.merged.get(one.key, ""),
        }
        for one in seen.at
    ]


def _times(number: int) -> str:
    return _("once") if number == 1 else _("{number} times", number=number)


def _by_key(at: Sequence[SeenAt]) -> Iterator[tuple[str, list[SeenAt]]]:
    """Yield the sightings of each own id together, in the order of the first of each."""
    groups: dict[str, list[SeenAt]] = {}
    for one in at:
        groups.setdefault(one.key, []).append(one)
    yield from groups.items()


def _lines(one: SeenAt, posting: Posting) -> Iterator[str]:
    id_ = f", {one.native_id}" if one.native_id else ""
    yield _(
        "  {seen} UTC in {source} ({format}{id})",
        seen=f"{one.seen:%Y-%m-%d %H:%M}",
        source=one.source,
        format=one.format,
        id=id_,
    )
    for name, told in _SHOWN.items():
        shown = getattr(one, name)
        if shown and shown != getattr(posting, name):
            yield _("    {name} as shown: {shown}", name=_(told), shown=shown)
    if one.url:
        tracked = _(_TRACKED)
        yield f"    {tracked if clean(one.url).opaque else one.url}"
