"""Write a digest out although some of its postings cannot be written: those are set apart.

A posting is at fault only where a plain one in its place could be written; a fault that is the
template's own stays one, and the digest is not made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cxdigest.model import Candidate, Digest, Posting, Rendered

log = logging.getLogger(__name__)

Write = Callable[[Digest], Rendered]
_SECTIONS = ("genuine", "unclear", "flagged", "others", "again", "closed")
_Place = tuple[str, Candidate]  #: a section and one that stands in it


def write_out(digest: Digest, write: Write) -> tuple[Digest, Rendered, Mapping[str, str]]:
    """Return *digest* as it could be written, that, and by posting id what went wrong with others.

    Raises:
        Exception: whatever *write* raises, where that is no posting's fault.
    """
    try:
        return digest, write(digest), {}
    except Exception as error:
        # Whatever one posting breaks, in ways that nobody foresaw, the others must come.
        faults = dict(_faults(digest, write))
        if not faults:
            raise
        log.warning("digest of %s: %d postings set apart: %s", digest.profile, len(faults), error)
    rest = _without(digest, faults)
    try:
        return rest, write(rest), faults
    except Exception:
        # Even their names break it: they stand in it by reference alone.
        named = tuple(replace(_plain(one), posting=_named(one)) for one in rest.quarantined)
        return rest, write(replace(rest, quarantined=named)), faults


def _faults(digest: Digest, write: Write) -> list[tuple[str, str]]:
    """Return the ids of postings that cannot be written, each with what went wrong."""
    places = [(name, one) for name in _SECTIONS for one in getattr(digest, name)]
    if _fails(digest, (), write):
        return []
    return [
        (place[1].posting.id, reason)
        for place, reason in _guilty(digest, places, write)
        if not _fails(digest, [(place[0], _plain(place[1]))], write)
    ]


def _guilty(digest: Digest, places: Sequence[_Place], write: Write) -> list[tuple[_Place, str]]:
    """Halve *places* until each that fails stands alone."""
    reason = _fails(digest, places, write)
    if not reason or not places:
        return []
    if len(places) == 1:
        return [(places[0], reason)]
    middle = len(places) // 2
    return [
        *_guilty(digest, places[:middle], write),
        *_guilty(digest, places[middle:], write),
    ]


def _fails(digest: Digest, places: Sequence[_Place], write: Write) -> str:
    """Return why a digest of *places* alone cannot be written; ``""`` if it can."""
    groups = {name: tuple(one for where, one in places if where == name) for name in _SECTIONS}
    try:
        write(replace(digest, **groups))
    except Exception as error:  # noqa: BLE001 - the very question is whether any fault comes
        return f"{type(error).__name__}: {error}"
    return ""


def _without(digest: Digest, faults: Mapping[str, str]) -> Digest:
    apart = tuple(
        one for name in _SECTIONS for one in getattr(digest, name) if one.posting.id in faults
    )
    kept = {
        name: tuple(one for one in getattr(digest, name) if one.posting.id not in faults)
        for name in _SECTIONS
    }
    return replace(digest, quarantined=(*digest.quarantined, *apart), **kept)


def _plain(candidate: Candidate) -> Candidate:
    """Return a posting that stands where *candidate* does and says nothing."""
    verdict = candidate.verdict
    if verdict is not None:
        verdict = replace(verdict, evidence=(), reason="", suggests="")
    return Candidate(posting=Posting(id="0", title="A posting"), verdict=verdict, seen=())


def _named(candidate: Candidate) -> Posting:
    return Posting(id=candidate.posting.id, title="A posting that cannot be written out")
