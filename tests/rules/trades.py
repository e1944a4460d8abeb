"""A small world of work in which every word's meaning is known: packs and labelled postings.

Each kind has words that its postings mostly use; ``quietly`` is a word that genuine and service
roles share, in shares a test chooses.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from cxdigest.model import Kind, Posting
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.reading.pack import read_packs
from cxdigest.rules.trials.accuracy import Labelled

SETTINGS = """
pack: trades
settings:
  threshold: {title: 4, snippet: 4, full: 4}
  margin: {title: 1, snippet: 1, full: 1}
  genuine_margin:
    title: {service: 1, support: 1, store: 1, success: 1, sales: 1, other: 1}
    snippet: {service: 1, support: 1, store: 1, success: 1, sales: 1, other: 1}
    full: {service: 1, support: 1, store: 1, success: 1, sales: 1, other: 1}
  supporting: [genuine.help]
  weights: {title: 100, company: 0, snippet: 100, duties: 100, summary: 75, requirements: 40, benefits: 10, about: 10}
  week: 0
  # Set by hand.
  confidence: {0: 50, 5: 80}
  claims: [customer experience]
  negation: [never]
  headings: {duties: [duties], summary: [summary], requirements: [requirements], benefits: [benefits], about: [about us]}
  cues: {requirements: [years of], benefits: [dental], about: [founded in]}
groups:
"""
FILLER = "We are a company of many people who come to work each day and go home. " * 7


def rule(name: str, word: str, points: int, **more: object) -> str:
    """Return a rule of the group that bears its name."""
    lines = [f"{key}: {value}" for key, value in more.items()]
    return "\n    ".join(
        [
            f"  - id: {name}",
            f"kind: {name.partition('.')[0]}",
            f"group: {name}",
            f"points: {points}",
            *lines,
            f"match: [{word}]",
            f"reason: It says {word}.",
            f'examples: {{hit: ["{word}"], miss: ["nothing"]}}',
        ]
    )


def pack(*rules: str, cap: int = 12) -> str:
    """Return a whole pack, settings included, in which every group has the same cap."""
    names = [text.partition("id: ")[2].partition("\n")[0] for text in rules]
    groups = "\n".join(f"  {name}: {cap}" for name in [*names, "genuine.help"])
    return SETTINGS + groups + "\nrules:\n" + "\n".join(rules) + "\n"


def rules_of(*rules: str, cap: int = 12) -> Rules:
    return Rules(read_packs([("trades.yaml", pack(*rules, cap=cap).encode())]))


def posting(number: int, words: list[str], title: str = "Customer Experience Lead") -> Posting:
    duties = "".join(f"- You {word} here.\n" for word in words)
    return Posting(
        id=str(number),
        title=title,
        company=f"Invented {number // 2}",
        description=f"{FILLER}\nDuties\n{duties}",
    )


def world(
    shares: Mapping[Kind, Mapping[str, float]], *, each: int = 40, seed: int = 1
) -> list[Labelled]:
    """Return *each* postings of a kind, which use each word with the share that is given."""
    chance = random.Random(seed)
    made = []
    for kind, words in shares.items():
        for _ in range(each):
            used = [word for word, share in words.items() if chance.random() < share]
            made.append(Labelled(posting=posting(len(made), used), kind=kind, part="invented"))
    return made
