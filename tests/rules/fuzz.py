"""Change postings and packs at random and see that the judge stands it; ``make fuzz`` for long.

Three promises: any text gets a verdict whose quotes stand in it; any bytes as a pack give rules or
a ``PackError``; the native matcher and the plain one say the same. A fault is printed with what
caused it, and the seed that finds it again.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cxdigest.errors import PackError
from cxdigest.model import FLAGGED_KINDS, KINDS, Posting, Verdict
from cxdigest.rules import Rules, judge, judge_many, load, shipped
from cxdigest.rules.reading.pack import read_packs
from cxdigest.rules.texts.page import plain
from cxdigest.text import unescaped
from tests.rules.postings import SETS, posting, read

#: Pieces that texts are hurt with: controls, surrogates, directions, joiners, markup, entities.
PIECES = (
    "\x00", "\x01", "\x1b[31m", "\x7f", "\x85", "\ud800", "\udfff", "\u202e", "\u200d", "\u200b",
    "\ufeff", "\u00ad", "\u0301", "\u2028", "\U0001f469\u200d\U0001f52c", "\ufb01", "\u0130", "ß",
    "Ⅷ", "½", "ﷺ", "客户体验", "مرحبا", "<", ">", "<b>", "</p>", "<!--", "-->", "<script>", "</script", "<li",
    "&lt;p&gt;", "&amp;" * 9, "&#0;", "&#xD800;", "&#99999999;", "&nbsp", "&", "\r\n", "\n" * 9, "\t",
    ",", ", " * 9, ". ", "...", "•", "'", "’s", "-", "\u2014", "*", "not ", "without ", " rather than ",
    "About us\n", "Responsibilities: ", "answer calls", "customer journey", " CX ", "x" * 300,
)  # fmt: skip
#: Pieces that packs are hurt with.
YAML_PIECES = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b": ", b"- ", b"'", b'"', b"#",
    b"&a ", b"*a", b"!!python/object:os.system", b"{", b"}", b"[", b"]", b"|", b">", b"%YAML 9.9", b"---\n",
    b"...\n", b"? ", b"<<: ", b"~", b"null", b"no", b"7:30", b"0", b"-0", b"--3", b"+-3", b"9" * 5000,
    "٣".encode(), "²".encode(), b"(", b")", b"(|)", b"((((", b")?", b"*", b"**", b"<nobody>", b"<customers>",
    b"..3", b"..0", b"..999999999", b"...", b"#", b"\\", b"a|", b"|a", b"/", b"/a+/", b"/(a|b/", b"{1,99}/", b"[b-d]", b"match: ", b"points: ", b"examples: ",
    b"rules: ", b"settings: ", b"groups: ", b"lists: ", b"confidence: ", b"where: ", b"times: ",
)  # fmt: skip
Made = TypeVar("Made")
PACK = """\
pack: mine
about: A pack to be hurt.
language: en
lists:
  things: [tea, coffee pots, <customers>, cake*]
groups: {mine.any: 9}
rules:
  - id: mine.sells-tea
    kind: store
    where: [title, duties]
    match: ["sell* ..3 <things>", "(tea|coffee) (shop|bar)?", "# cups", "/(re)?brew[a-z]{0,3}/ tea"]
    unless: ["not ..2 tea"]
    points: 4
    times: 2
    group: mine.any
    reason: Selling tea is shop work.
    false_positives: Tea wholesalers.
    source: invented
    status: active
    examples: {hit: ["You sell lovely tea"], miss: ["You drink tea"]}
"""


def problems(seen: Posting, verdict: Verdict) -> Iterator[str]:
    """Yield what a verdict on any posting may never be."""
    if verdict.kind not in KINDS or not 0 <= verdict.confidence <= 1:
        yield f"no such verdict: {verdict.kind}, {verdict.confidence}"
    if verdict.flagged and not (verdict.claims and verdict.kind in FLAGGED_KINDS):
        yield "flagged without a claim, or of a kind that is not"
    if bool(verdict.reason) != (verdict.kind == "unclear"):
        yield f"{verdict.kind} with the reason {verdict.reason!r}"
    fields = (seen.title, seen.company, seen.snippet, seen.description)
    shown = [" ".join(plain(text).split()) for text in fields]
    raw = "".join(fields)
    decoded = (raw, unescaped(raw), unescaped(unescaped(raw)))
    for item in verdict.evidence:
        if not 0 < len(item.quote) <= 200:
            yield f"{item.rule}: a quote of {len(item.quote)} characters"
        if not any(item.quote in text for text in shown):
            yield f"{item.rule}: {item.quote!r} does not stand in the text"
        wanted = "".join(item.quote.split())
        if not any(_stands_in_order(wanted, text) for text in decoded):
            yield f"{item.rule}: {item.quote!r} is not made of the text's own characters"
    json.dumps([item.quote for item in verdict.evidence])


def _stands_in_order(wanted: str, text: str) -> bool:
    place = -1
    for char in wanted:
        place = text.find(char, place + 1)
        if place < 0:
            return False
    return True


def hurt_text(text: str, chance: random.Random) -> str:
    """Return *text* with a few random changes."""
    for _ in range(chance.randint(1, 12)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 5, 80]))
        kept = text[start:end]
        text = text[:start] + chance.choice(
            (
                "",
                chance.choice(PIECES),
                chance.choice(PIECES) * chance.choice([2, 50]),
                kept * 3,
                kept[::-1],
                kept.upper(),
                kept.swapcase(),
                html.escape(kept),
                "".join(chance.choice(PIECES) + char for char in kept),
                chr(chance.choice([chance.randint(0, 0x2FF), chance.randint(0, 0x10FFFF)])),
            )
        ) + text[end:]  # fmt: skip
    return text


def hurt_posting(seen: Posting, others: Sequence[Posting], chance: random.Random) -> Posting:
    """Return *seen* with changed texts, now and then with the end of another's."""
    other = chance.choice(others)
    fields = {"title": seen.title, "company": seen.company, "snippet": seen.snippet,
              "description": seen.description}  # fmt: skip
    if chance.random() < 0.3:
        fields["description"] += other.description[chance.randint(0, len(other.description)) :]
    for name in chance.sample(sorted(fields), chance.randint(1, 3)):
        fields[name] = hurt_text(fields[name], chance)
    fields["title"] = fields["title"] or "CX"
    return Posting(id=seen.id, **fields)


def hurt_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return *content* with a few random changes."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(content))
        end = min(len(content), start + chance.choice([0, 0, 1, 4, 40]))
        new = chance.choice(
            (b"", chance.choice(YAML_PIECES), content[start:end] * 2, chance.randbytes(2))
        )
        content = content[:start] + new + content[end:]
    return content


def try_postings(count: int, chance: random.Random, rules: Rules) -> None:
    """Judge *count* hurt postings alone, the plain way, and together, the native one.

    Raises:
        AssertionError: a promise is broken; says by what.
    """
    known = [posting(record) for name in SETS for record in read(name)]
    hurt = [hurt_posting(chance.choice(known), known, chance) for _ in range(count)]
    verdicts = [_tried(lambda seen=seen: judge(seen, rules), seen) for seen in hurt]
    for seen, verdict in zip(hurt, verdicts, strict=True):
        found = list(problems(seen, verdict))
        assert not found, (found, seen)
    together = _tried(lambda: list(judge_many(hurt, rules)), "all of them together")
    for seen, verdict, again in zip(hurt, verdicts, together, strict=True):
        assert verdict == again, ("native and plain differ", verdict, again, seen)


def try_packs(count: int, chance: random.Random) -> None:
    """Read *count* hurt packs, and judge with those that are still packs.

    Raises:
        AssertionError: something else than rules or a ``PackError`` came out.
    """
    base = [pack for pack in shipped() if pack[0] == "judge.yaml"]
    sources = [PACK.encode(), PACK.encode(), *(content for _, content in shipped())]
    seen = Posting(id="1", title="Tea Experience Host", description="You sell lovely tea. " * 30)
    for _ in range(count):
        content = hurt_bytes(chance.choice(sources), chance)
        rules = _tried(lambda content=content: _read(base, content), content)
        if rules is not None:
            verdict = _tried(lambda rules=rules: judge(seen, rules), content)
            found = list(problems(seen, verdict))
            assert not found, (found, content)


def _read(base: list[tuple[str, bytes]], content: bytes) -> Rules | None:
    try:
        return Rules(read_packs(base, [("mine.yaml", content)]))
    except PackError as error:
        if not error.problems or not str(error):
            raise TypeError("a PackError without a problem") from error
        return None


def _tried(call: Callable[[], Made], given: object) -> Made:
    try:
        return call()
    except Exception as error:
        raise AssertionError(f"{error!r} by {given!r}") from error


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rules.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    options = parser.parse_args()
    rules = load()
    end, seed, faults = time.monotonic() + 60 * options.minutes, options.seed, 0
    while time.monotonic() < end:
        for attempt in (
            lambda chance: try_postings(200, chance, rules),
            lambda chance: try_packs(40, chance),
        ):
            try:
                attempt(random.Random(seed))
            except AssertionError as fault:
                faults += 1
                print(f"seed {seed}: {str(fault)[:3000]}", flush=True)
        seed += 1
    print(f"{seed - options.seed} rounds of 200 postings and 40 packs, {faults} faults")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(_main())
