"""Judge what a posting really is: fold once, scan once, weigh what was found, quote the words.

A rule counts where it weighs most, again only for other words, and as often as it says. Rules that
say much the same share a group whose points are capped, so that one fact told ten times stays one
fact. ``score`` makes the verdict of it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cxdigest.model import Evidence, Kind, Posting, Verdict, Where
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.evidence.context import is_excepted, is_negated
from cxdigest.rules.evidence.quote import quote
from cxdigest.rules.evidence.sections import Sections, placed
from cxdigest.rules.evidence.week import WEEK, shares
from cxdigest.rules.patterns.matcher import Span
from cxdigest.rules.reading.rule import Rule
from cxdigest.rules.texts import language
from cxdigest.rules.texts.fold import Folded, fold
from cxdigest.rules.texts.page import Page, lay_out
from cxdigest.rules.verdicts.score import verdict

TOGETHER = 2000  #: postings matched at once, unless they are long
_LETTERS_TOGETHER = 8_000_000

Read = tuple[Posting, Page, Folded]  #: a posting laid out and folded, ready for any rules
_Standing = tuple[Span, Where, int]  #: what fired, where, and where its sentence begins


def judge(posting: Posting, rules: Rules) -> Verdict:
    """Return the verdict of *rules* on *posting*, its evidence strongest first."""
    return _alone(*read(posting), rules)


def judge_many(postings: Iterable[Posting], rules: Rules) -> Iterator[Verdict]:
    """Yield the verdicts on *postings*, in their order, each as ``judge`` gives it.

    Many are matched and weighed together, so some are read ahead.
    """
    yield from judge_read(map(read, postings), rules)


def judge_read(readings: Iterable[Read], rules: Rules) -> Iterator[Verdict]:
    """Yield the verdicts on what was ``read``, as ``judge_many`` does."""
    if not rules.matcher.is_native:
        yield from (_alone(*each, rules) for each in readings)
        return
    for batch in _batches(readings):
        if not rules.matcher.goes_native(len(batch)):
            yield from (_alone(*each, rules) for each in batch)
            continue
        every, pages, folded = zip(*batch, strict=True)
        found = rules.matcher.arrays.find([each.text for each in folded])
        for each in zip(every, pages, *rules.weigher.weigh(pages, folded, found), strict=True):
            posting, page, evidence, claims = each
            yield _judged(posting, page, evidence, rules, claims=claims)


def read(posting: Posting) -> Read:
    """Return *posting* laid out and folded."""
    page = lay_out(posting)
    return posting, page, fold(page.text)


def _batches(readings: Iterable[Read]) -> Iterator[list[Read]]:
    """Group what can be matched together in bounded memory."""
    batch: list[Read] = []
    letters = 0
    for one in readings:
        batch.append(one)
        letters += len(one[2].text)
        if len(batch) >= TOGETHER or letters >= _LETTERS_TOGETHER:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _alone(posting: Posting, page: Page, folded: Folded, rules: Rules) -> Verdict:
    found = rules.matcher.spans(folded.text)
    evidence = _evidence(page, folded, found, rules)
    return _judged(posting, page, evidence, rules, claims=_claims(page, folded, found, rules))


def _judged(
    posting: Posting, page: Page, evidence: Iterable[Evidence], rules: Rules, *, claims: bool
) -> Verdict:
    strongest = sorted(evidence, key=_strongest_first)
    foreign = language.foreign(page, rules.all_rules.measured)
    only_young = bool(foreign and rules.all_rules.young)
    if only_young:
        foreign = language.foreign(page, rules.all_rules.languages)
    return verdict(
        posting.id, page.tier, strongest, rules,
        claims=claims, foreign=foreign, only_young=only_young, title=posting.title,
    )  # fmt: skip


def _strongest_first(item: Evidence) -> tuple[int, str]:
    return (-abs(item.points), item.rule)


def _claims(page: Page, folded: Folded, found: Mapping[int, Sequence[Span]], rules: Rules) -> bool:
    end_of_title = folded.folded_place(page.starts[0])
    return any(found[number][0][0] < end_of_title for number in rules.claims if number in found)


def _evidence(
    page: Page, folded: Folded, found: Mapping[int, Sequence[Span]], rules: Rules
) -> Iterator[Evidence]:
    sections = Sections(page, folded, placed(found, rules.headings), placed(found, rules.cues))
    negations: dict[int, list[Span]] = defaultdict(list)
    for number in rules.negation:
        for span in found.get(number, ()):
            negations[sections.line_start(span[0])].append(span)
    firing: dict[int, list[Span]] = defaultdict(list)
    for number, spans in found.items():
        for index in rules.users[number]:
            firing[index] += spans
    said: list[tuple[int, Kind, int]] = []
    for index, spans in sorted(firing.items()):
        rule = rules.rules[index]
        exceptions = [span for number in rules.unless[index] for span in found.get(number, ())]
        standing = list(_standing(rule, sorted(spans), sections, negations, exceptions))
        said += _said(rule, standing, rules.settings.weights)
        if weighed := _weighed(rule, standing, folded, rules.settings.weights):
            span, where, points = weighed
            yield Evidence(
                rule=rule.id, kind=rule.kind, points=points, reason=rule.reason,
                quote=quote(folded, span, sections.line(span), where), where=where,
                pack=rule.pack,
            )  # fmt: skip

    # A teaser's few sentences are no week.
    for share in shares(said, rules.settings.week) if page.tier == "full" else ():
        span = (share.first, sections.line_end(share.first))
        where = sections.where(share.first, share.first)
        yield Evidence(
            rule=f"{WEEK}.{share.kind}", kind=share.kind, points=share.points,
            reason=share.reason, quote=quote(folded, span, span, where), where=where,
        )  # fmt: skip


def _said(
    rule: Rule, standing: Iterable[_Standing], weights: Mapping[Where, int]
) -> list[tuple[int, Kind, int]]:
    """Return in which sentences *rule* speaks, each once, with its kind and its weight there."""
    if rule.points < 0:
        return []
    lines = {line: rule.points * weights[where] for _, where, line in standing if where != "title"}
    return [(line, rule.kind, weight) for line, weight in lines.items() if weight > 0]


def _standing(
    rule: Rule,
    spans: Sequence[Span],
    sections: Sections,
    negations: Mapping[int, Sequence[Span]],
    exceptions: Sequence[Span],
) -> Iterator[_Standing]:
    """Yield the spans that mean what they say, where the rule looks, in the text's order.

    *negations* are known by where their sentence begins.
    """
    for span in spans:
        line = sections.line_start(span[0])
        where = sections.where(span[0], line)
        if where not in rule.where:
            continue
        if line in negations and is_negated(span, line, negations[line]):
            continue
        if exceptions and is_excepted(line, sections.line_end(span[1]), exceptions):
            continue
        yield span, where, line


def _weighed(
    rule: Rule, standing: Iterable[_Standing], folded: Folded, weights: Mapping[Where, int]
) -> tuple[Span, Where, int] | None:
    """Return the weightiest span, the first of equals, with its place and all points of the rule.

    The same words count once, however often they stand there.
    """
    best: dict[str, tuple[int, Span, Where]] = {}
    text = folded.text
    for span, where, _ in standing:
        words, weight = text[span[0] : span[1]], -weights[where]
        if words not in best or weight < best[words][0]:
            best[words] = (weight, span, where)
    if not best:
        return None
    heaviest = sorted(best.values())[: rule.times] if len(best) > 1 else [*best.values()]
    points = _weighted(rule.points, -sum(weight for weight, _, _ in heaviest))
    return (heaviest[0][1], heaviest[0][2], points) if points else None


def _weighted(points: int, percent: int) -> int:
    """Return *percent* of *points*, halves away from zero."""
    whole = (abs(points) * percent + 50) // 100
    return whole if points > 0 else -whole
