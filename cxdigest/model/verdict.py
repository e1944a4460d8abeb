"""A verdict: kind, confidence and evidence, from what one tier could see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cxdigest.language import marked

Kind = Literal["genuine", "service", "support", "store", "success", "sales", "other", "unclear"]
KINDS: tuple[Kind, ...] = (
    "genuine", "service", "support", "store", "success", "sales", "other", "unclear",
)  # fmt: skip
#: What the kinds are called in front of readers; translated where they are shown.
KIND_WORDS: Mapping[Kind, str] = {
    "genuine": marked("customer experience"),
    "service": marked("customer service"),
    "support": marked("technical support"),
    "store": marked("shop floor or front desk"),
    "success": marked("customer success"),
    "sales": marked("sales"),
    "other": marked("another trade"),
    "unclear": marked("cannot tell yet"),
}
FLAGGED_KINDS: frozenset[Kind] = frozenset({"service", "support", "store"})
Tier = Literal["title", "snippet", "full"]
Where = Literal[
    "title", "snippet", "duties", "summary", "requirements", "benefits", "about", "company"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One rule's contribution, with the words that made it fire."""

    rule: str  #: dotted and readable, e.g. ``service.handles-calls``
    kind: Kind  #: the kind it speaks for
    points: int  #: whole number added to that kind; negative excuses
    reason: str  #: one sentence, shown to the reader as it stands
    quote: str  #: the original words, untouched, at most 200 characters
    where: Where  #: the part of the posting they stand in
    pack: str = ""  #: the pack that spoke; empty where all did together or an older version did


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a posting really is, from one tier, by one fingerprint of the rules."""

    posting_id: str  #: whose verdict
    kind: Kind  #: ``unclear`` where no kind has score and margin
    confidence: float  #: 0 to 1
    tier: Tier  #: what the verdict could see
    claims: bool  #: the title says customer experience
    flagged: bool  #: claims it, and the kind is service, support or store
    points: int  #: of the winning kind; of the leading one where unclear
    evidence: tuple[Evidence, ...]  #: strongest first
    rules: str  #: fingerprint of the packs
    reason: str = ""  #: one sentence: why it is unclear; empty otherwise
    suggests: str = ""  #: the title that says what it is; empty unless flagged from the duties
