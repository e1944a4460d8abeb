"""Write a digest out although some of its postings cannot be written: those are set apart.

A posting is at fault only where a plain one in its place could be written; a fault that is the
template's own stays one, and the digest is not made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cxdigest.model import Candidate, Digest, Posting, Rendered

log = logging.getLogger(__name__)

Write = Callable[[Digest], Rendered]
_Place = tuple[str, Candidate]  #: a section and one that stands in it
_SECTIONS = ("genuine", "unclear", "flagged", "others", "again", "closed")


def write_out(digest: Digest, write: Write) -> tuple[Digest, Rendered, Mapping[str, str]]:
    """Return *digest* as it could be written, that, and by posting id what went wrong with others.

    Raises:
        Exception: whatever *write* raises, where that is no posting's fault.
    """
    tried = _tried(digest, write)
    if isinstance(tried, Rendered):
        return digest, tried, {}
    faults = dict(_faults(digest, write))
    if not faults:
        raise tried
    log.warning("digest of %s: %d postings set apart: %s", digest.profile, len(faults), tried)
    rest = _without(digest, faults)
    written = _tried(rest, write)
    if isinstance(written, Rendered):
        return rest, written, faults
    # Even their names break it: they stand in it by reference alone.
    nameless = tuple(_plain(one, key=one.posting.id) for one in rest.quarantined)
    return rest, write(replace(rest, quarantined=nameless)), faults


def _tried(digest: Digest, write: Write) -> Rendered | Exception:
    try:
        return write(digest)
    except Exception as error:  # noqa: BLE001 - a posting may break it in ways that nobody foresaw
        return error


def _faults(digest: Digest, write: Write) -> list[tuple[str, str]]:
    """Return the ids of postings that cannot be written, each with what went wrong."""
    if _fault(digest, (), write):
        return []
    places = [(name, one) for name in _SECTIONS for one in getattr(digest, name)]
    return [
        (one.posting.id, reason)
        for (name, one), reason in _guilty(digest, places, write)
        if not _fault(digest, [(name, _plain(one))], write)
    ]


def _guilty(digest: Digest, places: Sequence[_Place], write: Write) -> list[tuple[_Place, str]]:
    """Halve *places* until each that fails stands alone."""
    reason = _fault(digest, places, write) if places else ""
    if not reason:
        return []
    if len(places) == 1:
        return [(places[0], reason)]
    middle = len(places) // 2
    halves = (places[:middle], places[middle:])
    return [found for half in halves for found in _guilty(digest, half, write)]


def _fault(digest: Digest, places: Sequence[_Place], write: Write) -> str:
    """Return why a digest of *places* alone cannot be written; ``""`` if it can."""
    tried = _tried(_of(digest, places), write)
    return "" if isinstance(tried, Rendered) else f"{type(tried).__name__}: {tried}"


def _of(digest: Digest, places: Sequence[_Place]) -> Digest:
    groups: dict[str, Any] = {
        name: tuple(one for where, one in places if where == name) for name in _SECTIONS
    }
    return replace(digest, **groups)


def _without(digest: Digest, faults: Mapping[str, str]) -> Digest:
    places = [(name, one) for name in _SECTIONS for one in getattr(digest, name)]
    apart = [one for _, one in places if one.posting.id in faults]
    rest = _of(digest, [place for place in places if place[1].posting.id not in faults])
    return replace(rest, quarantined=(*digest.quarantined, *apart))


def _plain(candidate: Candidate, *, key: str = "0") -> Candidate:
    """Return a posting that stands where *candidate* does and says nothing."""
    verdict = candidate.verdict
    if verdict is not None:
        verdict = replace(verdict, evidence=(), reason="", suggests="")
    return Candidate(posting=Posting(id=key, title="A posting"), verdict=verdict, seen=())
