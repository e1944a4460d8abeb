"""What one profile may see of a posting that others see too: what its own alerts and the page said.

A posting is merged from the alerts of everybody, and an alert is written to one person. So words
and links that only others' alerts showed are left out here, and quotes of them with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Select, select

from cxdigest.identity.preference import rank
from cxdigest.model import Candidate, Evidence, Posting, SeenAt, Verdict
from cxdigest.records import changer
from cxdigest.store.database.bulk import among, lists
from cxdigest.store.openings.postings import SEEN_COLUMNS, SEEN_FIELDS, seen_from
from cxdigest.store.schema import pages, sightings
from cxdigest.text import squash

#: Of a posting's page, outer-joined: what `candidate_of` needs of a row beside the posting.
PAGE_COLUMNS = (pages.c.told_by, pages.c.outcome.label("page"))
_SAID = ("title", "company", "location", "workplace", "salary", "snippet")
_MORE = ("workplace", "salary", "snippet", "opaque")  #: of a sighting, beyond SEEN_FIELDS
_told = attrgetter(*_SAID)
#: Of a row of ``_sightings_among``: whose it is; and when it was seen, and its place in its alert.
_OF = len(SEEN_FIELDS) + len(_MORE)
_moment = itemgetter(SEEN_FIELDS.index("seen"), _OF + 1, _OF + 2)
_changed = changer(Posting)
PASTED = "you"  #: where duties come from that a reader sent
#: What a page may have filled in; its words are nobody's secret.
_FACTS = ("company", "location", "workplace", "salary")


@dataclass(frozen=True, slots=True)
class Own:
    """A profile's own sightings of one posting, oldest first."""

    seen: list[SeenAt] = field(default_factory=list)
    more: list[tuple[Any, ...]] = field(default_factory=list)  #: ``_MORE`` of each

    def said(self, name: str) -> Iterator[str]:
        """Yield what its alerts state as *name*."""
        if name in _MORE:
            at = _MORE.index(name)
            return (one[at] for one in self.more if one[at])
        return (value for one in self.seen if (value := getattr(one, name)))

    def states(self, posting: Posting) -> bool:
        """Tell whether one of its alerts states all that is known of *posting*, as most do."""
        told = _told(posting)
        return any(
            (one.title, one.company, one.location, *more[:-1]) == told
            for one, more in zip(self.seen, self.more, strict=True)
        )


def own_sightings(
    connection: Connection, ids: Sequence[str], sources: Collection[str] | None
) -> Mapping[str, Own]:
    """Return what *sources* showed of each posting of *ids*; for None, what all did."""
    found = sightings_by_posting(connection, ids, sources)
    return defaultdict(Own, {posting_id: own_from(rows) for posting_id, rows in found.items()})


def sightings_by_posting(
    connection: Connection, ids: Sequence[str], sources: Collection[str] | None
) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return the rows, as `own_from` takes them, of what *sources* showed of each of *ids*."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    if not ids:
        return found
    whose = {} if sources is None else {"source": sources}
    query = _sightings_among(connection.dialect, everybody=sources is None)
    for row in connection.execute(query, lists(connection, posting_id=ids, **whose)).all():
        found[row[_OF]].append(tuple(row))
    for rows in found.values():
        if len(rows) > 1:  # sorted here: the database would carry whole rows through its sorting
            rows.sort(key=_moment)
    return found


def own_from(rows: Iterable[tuple[Any, ...]]) -> Own:
    """Return what *rows* of `sightings_by_posting` say of one posting."""
    own, last = Own(), len(SEEN_FIELDS)
    for row in rows:
        own.seen.append(seen_from(row))
        own.more.append(row[last:_OF])
    return own


@cache
def _sightings_among(dialect: Dialect, *, everybody: bool) -> Select[Any]:
    columns = (
        (sightings.c.posting_id,) if everybody else (sightings.c.posting_id, sightings.c.source)
    )
    return (
        select(
            *SEEN_COLUMNS, *(sightings.c[name] for name in _MORE),
            sightings.c.posting_id, sightings.c.alert_id, sightings.c.position,
        )
        .where(among(dialect, *columns))
    )  # fmt: skip


def candidate_of(
    posting: Posting,
    verdict: Verdict | None,
    own: Own,
    *,
    profile: str,
    row: Any,  # noqa: ANN401
) -> Candidate:
    """Return *posting* as *profile* may see it; *row* holds ``PAGE_COLUMNS``."""
    pasted = posting.duties_from == PASTED
    foreign = pasted and row.told_by not in {None, "", profile}
    seen = seen_by(posting, own, page=row.page == "read" and not pasted)
    if foreign:
        seen = replace(seen, duties_from="another", description="")
    if verdict is not None and (foreign or _words(seen) != _words(posting)):
        kept = tuple(one for one in verdict.evidence if _is_in(one, seen))
        verdict = replace(verdict, evidence=kept)
    return Candidate(posting=_vouched_for(seen, own.seen), verdict=verdict, seen=tuple(own.seen))


def seen_by(posting: Posting, own: Own, *, page: bool) -> Posting:
    """Return *posting* without what *own* does not state, unless its *page* may have."""
    if not own.seen:  # its source is gone; what it was shown stays, as far as that is public
        bare = replace(posting, snippet="")
        return replace(bare, url="") if posting.opaque else bare
    changes = {} if own.states(posting) else _restated(posting, own, page=page)
    urls = {one.url for one in own.seen}
    if posting.url not in urls and not (page and posting.url == posting.apply_url):
        changes |= _best_link(posting, own)
    changes |= {"first_seen": own.seen[0].seen, "last_seen": own.seen[-1].seen}
    return _changed(posting, changes)


def _restated(posting: Posting, own: Own, *, page: bool) -> dict[str, Any]:
    """Return what *own* states in place of what it does not."""
    changes: dict[str, Any] = {}
    for name in _SAID:
        value = getattr(posting, name)
        if not value or value in (said := list(own.said(name))):
            continue
        if name == "snippet":
            changes[name] = max(said, key=len, default="")
        elif said or not (page and name in _FACTS):
            changes[name] = next(iter(said), posting.title if name == "title" else "")
    return changes


def _best_link(posting: Posting, own: Own) -> dict[str, Any]:
    at = _MORE.index("opaque")
    links = [(one.url, more[at]) for one, more in zip(own.seen, own.more, strict=True) if one.url]
    if not links:
        return {"url": "", "opaque": False}
    # Another's link may hold the token of whoever got it.
    url, opaque = max(links, key=lambda link: rank(link[0], posting.company, opaque=link[1]))
    return {"url": url, "opaque": opaque}


def _words(posting: Posting) -> tuple[str, ...]:
    return posting.title, posting.company, posting.snippet


def _is_in(evidence: Evidence, posting: Posting) -> bool:
    """Tell whether the words that *evidence* quotes stand in what may be seen of *posting*."""
    if posting.description and evidence.where not in {"title", "snippet", "company"}:
        return True
    words: Iterable[str] = _words(posting)
    if evidence.where == "title":
        words = (posting.title,)
    quote = squash(evidence.quote).casefold()
    return any(quote in squash(one).casefold() for one in words)


def _vouched_for(posting: Posting, seen: Sequence[SeenAt]) -> Posting:
    # The mark "sender not verified" goes as soon as another alert shows the posting: then its link
    # must be that alert's, or anybody could put his own behind a posting that others vouch for.
    doubted = {one.url for one in seen if one.authenticity == "failed"}
    if posting.url not in doubted:
        return posting
    sound = [one.url for one in seen if one.authenticity != "failed" and one.url]
    return replace(posting, url=sound[0]) if sound and posting.url not in sound else posting
