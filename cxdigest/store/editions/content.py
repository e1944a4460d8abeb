"""A digest as data, kept for as long as its coach may still change it.

JSON with a version. What a later version adds has its default here, what it took away is passed
over; so a digest that waits through an update can still be changed.
"""

from __future__ import annotations

import json
from functools import cache

from pydantic import TypeAdapter, ValidationError

from cxdigest.errors import WrongUseError
from cxdigest.model import Candidate, Digest

VERSION = 1  #: raised when what is written can no longer be read as it stands
#: The sections whose postings are shown, each once.
SHOWN = ("genuine", "unclear", "flagged", "others", "again", "closed")
_FOREIGN = (
    "This digest was kept by another version of cxdigest, so it cannot be changed any more; "
    "it can be approved or held as it is."
)


@cache
def _digest() -> TypeAdapter[Digest]:
    return TypeAdapter(Digest)


def pack(digest: Digest) -> bytes:
    """Return *digest* as it is kept."""
    data = _digest().dump_python(digest, mode="json")
    # ASCII, because halves of letters cannot leave as UTF-8 and must come back as they were.
    return json.dumps({"version": VERSION, "digest": data}).encode("ascii")


def unpack(content: bytes) -> Digest:
    """Return the digest that *content* keeps.

    Raises:
        WrongUseError: another version of cxdigest wrote it.
    """
    kept = json.loads(content)
    if kept["version"] != VERSION:
        raise WrongUseError(_FOREIGN)
    try:
        return _digest().validate_python(kept["digest"])
    except ValidationError as error:
        raise WrongUseError(_FOREIGN) from error


def shown(digest: Digest) -> dict[str, tuple[Candidate, ...]]:
    """Return the postings that *digest* shows, by section."""
    return {name: getattr(digest, name) for name in SHOWN}
