"""Find the posting that cannot be written, so that it is set apart and the rest is sent.

Pure apart from templates. A template that is wrong for every posting is no posting's fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cxdigest.errors import RenderError
from cxdigest.model import Candidate, Digest, Posting
from cxdigest.render.sections import SECTIONS, section_of

_NOTHING: dict[str, tuple[Candidate, ...]] = dict.fromkeys(SECTIONS, ())
_PLAIN = Posting(id="0", title="A posting")


def fault_of(candidate: Candidate, digest: Digest, write: Callable[[Digest], object]) -> str:
    """Return why *write* cannot write *candidate* in *digest*; ``""`` if it can.

    Also ``""`` where it cannot write any posting there: then its templates are wrong.
    """
    key = section_of(candidate, digest)
    if not (reason := _reason(candidate, key, digest, write)):
        return ""
    verdict = candidate.verdict and replace(
        candidate.verdict, evidence=(), reason="", suggests="", rules=""
    )
    plain = Candidate(posting=_PLAIN, verdict=verdict, seen=())
    return "" if _reason(plain, key, digest, write) else reason


def _reason(
    candidate: Candidate, key: str, digest: Digest, write: Callable[[Digest], object]
) -> str:
    alone = replace(digest, **(_NOTHING | {key: (candidate,)}))  # type: ignore[arg-type]
    try:
        write(alone)
    except RenderError as error:
        return str(error) or "it cannot be written"
    return ""
