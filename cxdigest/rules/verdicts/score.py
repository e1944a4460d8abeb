"""Make a verdict of evidence: add points in capped groups, ask for a score and a margin.

A kind wins with enough points and enough of a lead, more against *genuine* than against the rest;
else the verdict is ``unclear`` and says why. Additive scores with a threshold are SpamAssassin's.
Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cxdigest.language import marked
from cxdigest.model import FLAGGED_KINDS, KINDS, Evidence, Kind, Tier, Verdict
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.evidence.week import WEEK
from cxdigest.rules.reading.rule import Settings
from cxdigest.rules.verdicts.honest_title import honest_title


def points_of(evidence: Iterable[Evidence], rules: Rules, *, claims: bool) -> dict[Kind, int]:
    """Return what each kind's evidence adds up to, under a title that *claims* or does not."""
    groups: dict[tuple[Kind, str], int] = defaultdict(int)
    for item in evidence:
        groups[item.kind, rules.group_of.get(item.rule, WEEK)] += item.points
    points: dict[Kind, int] = dict.fromkeys(KINDS[:-1], 0)
    support: dict[Kind, int] = defaultdict(int)
    for (kind, group), total in groups.items():
        to = support if group in rules.settings.supporting and not claims else points
        to[kind] += min(total, rules.caps.get(group, rules.settings.week))
    for kind, total in support.items():
        # Changing things with every department is a customer's matter only if the rest says so.
        points[kind] += min(total, max(0, points[kind]))
    return points


def verdict(
    posting_id: str,
    tier: Tier,
    evidence: Sequence[Evidence],
    rules: Rules,
    *,
    claims: bool,
    foreign: str = "",
    only_young: bool = False,
    title: str = "",
) -> Verdict:
    """Return the verdict that *evidence*, strongest first, amounts to.

    *foreign* says why the text cannot be read at all, empty where it can; *only_young* that none
    but young packs read its language. *title* is the posting's, of which an honest one is made.
    """
    points = points_of(evidence, rules, claims=claims)
    leader, ahead = _leader(points)
    reason = foreign or _doubt(leader, points, ahead, tier, rules.settings)
    if not reason and leader in _NOT_YET and rules.all_rules.young:
        rests = only_young or _rests_on_young(leader, evidence, rules, tier, claims=claims)
        reason = _NOT_YET[leader] if rests else ""
    kind: Kind = "unclear" if reason else leader
    flagged = claims and kind in FLAGGED_KINDS
    found = " ".join(item.quote for item in evidence if item.kind == kind and item.points > 0)
    return Verdict(
        posting_id=posting_id,
        kind=kind,
        confidence=0.0 if reason else _confidence(ahead, rules.settings.confidence),
        tier=tier,
        claims=claims,
        flagged=flagged,
        points=points[leader],
        evidence=tuple(evidence),
        rules=rules.fingerprint,
        reason=reason,
        suggests=honest_title(title, kind, found) if flagged and tier == "full" else "",
    )


def _doubt(
    leader: Kind, points: Mapping[Kind, int], ahead: int, tier: Tier, settings: Settings
) -> str:
    """Return why nothing can be said, empty where *leader* has won."""
    if points[leader] < settings.threshold[tier]:
        return _TOO_LITTLE[tier]
    if ahead < settings.margin[tier]:
        return marked("Its words speak for two kinds of work nearly alike.")
    needed = settings.genuine_margin[tier].get(leader, 0)
    if leader != "genuine" and points[leader] - points["genuine"] < needed:
        return marked("Too much in it speaks for customer experience to set it aside.")
    return ""


def _rests_on_young(
    leader: Kind, evidence: Sequence[Evidence], rules: Rules, tier: Tier, *, claims: bool
) -> bool:
    """Tell whether *leader* would not have won without what young packs say."""
    young = rules.all_rules.young
    measured = [item for item in evidence if item.pack not in young]
    if len(measured) == len(evidence):
        return False
    if any(item.pack in young and item.where != "title" for item in evidence):
        # What would fill the week was counted with the young rules' sentences.
        measured = [item for item in measured if not item.rule.startswith(f"{WEEK}.")]
    points = points_of(measured, rules, claims=claims)
    first, ahead = _leader(points)
    return first != leader or bool(_doubt(leader, points, ahead, tier, rules.settings))


def _leader(points: Mapping[Kind, int]) -> tuple[Kind, int]:
    """Return the kind with most points, the first of equals, and how far ahead it is."""
    first, second, *_ = sorted(points, key=lambda kind: (-points[kind], KINDS.index(kind)))
    return first, points[first] - max(0, points[second])


#: Why a kind that only young rules found sets nothing aside.
_NOT_YET: dict[Kind, str] = {
    "service": marked(
        "It looks like customer service, but the rules that say so are young "
        "and set nothing aside yet."
    ),
    "support": marked(
        "It looks like technical support, but the rules that say so are young "
        "and set nothing aside yet."
    ),
    "store": marked(
        "It looks like an in-person front line, but the rules that say so are young "
        "and set nothing aside yet."
    ),
    "success": marked(
        "It looks like customer success, but the rules that say so are young "
        "and set nothing aside yet."
    ),
    "sales": marked(
        "It looks like selling, but the rules that say so are young and set nothing aside yet."
    ),
    "other": marked(
        "It looks like another trade, but the rules that say so are young "
        "and set nothing aside yet."
    ),
}

_TOO_LITTLE: dict[Tier, str] = {
    "title": marked("Only the title is known, and a title alone does not say what the work is."),
    "snippet": marked(
        "Only the title and a few words are known, and they do not say what the work is."
    ),
    "full": marked("The text says too little about the work."),
}


def _confidence(ahead: int, table: Sequence[tuple[int, int]]) -> float:
    percent = 0
    for margin, value in table:
        if ahead < margin:
            break
        percent = value
    return percent / 100
