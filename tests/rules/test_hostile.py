"""Whatever stands in a text or a pack: a verdict or a named error, never a crash, never a hang."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.errors import PackError
from cxdigest.model import Posting
from cxdigest.rules import Rules, judge, load, shipped
from cxdigest.rules.reading.pack import read_packs
from tests import started
from tests.rules.fuzz import (
    PACK,
    PIECES,
    YAML_PIECES,
    hurt_bytes,
    hurt_text,
    problems,
    try_packs,
    try_postings,
)
from tests.rules.postings import posting, read

HANGS = 30  #: seconds of processor time; a text takes milliseconds, a hang takes for ever
KNOWN = [posting(record) for record in read("invented")]
DUTY = "Answer calls and emails from customers, resolve complaints and refunds. "

MONSTERS = {
    "ten megabytes of words": DUTY * 140_000,
    "ten megabytes of one word": "x" * 10_000_000,
    "ten megabytes of controls": "\x00\x01\x02" * 3_300_000,
    "ten megabytes of tags": "<b>" * 3_300_000,
    "a million line breaks": "\n" * 1_000_000 + DUTY * 9,
    "a million commas": "," * 1_000_000 + DUTY * 9,
    "a million commas and spaces": ", " * 1_000_000 + DUTY * 9,
    "a million full stops": ". " * 1_000_000 + DUTY * 9,
    "a million apostrophes": "'" * 1_000_000 + DUTY * 9,
    "a million bullets": "\u2022" * 1_000_000 + DUTY * 9,
    "a million combining marks": "e" + "\u0301" * 1_000_000 + DUTY * 9,
    "a million zero-width joiners": "answer\u200d" * 160_000 + DUTY * 9,
    "a million smileys": "\U0001f600" * 1_000_000 + DUTY * 9,
    "a million ligatures of eighteen letters": "\ufdfa" * 1_000_000,
    "right to left": "\u202e" + DUTY * 9 + "\u05e9\u05d9\u05e8\u05d5\u05ea " * 9_000,
    "lone surrogates": "\ud800\udfff" * 100_000 + DUTY * 9,
    "nested lists 10,000 deep": "<ul><li>" * 10_000 + DUTY * 9 + "</li></ul>" * 10_000,
    "divisions that are never closed": "<div>" * 100_000 + DUTY * 9,
    "a tag that is never closed": "<div " + 'class="a" ' * 100_000 + DUTY * 9,
    "a million tag openings": "<" * 1_000_000 + DUTY * 9,
    "a million letters after openings": "<a" * 500_000 + DUTY * 9,
    "comments that are never closed": "<!--" * 250_000 + DUTY * 9,
    "scripts that are never closed": "<script>" * 125_000 + DUTY * 9,
    "styles closed halfway": "<style>" + "</style" * 150_000 + DUTY * 9,
    "entities of entities": "&" + "amp;" * 250_000 + "lt;b&gt;" + DUTY * 9,
    "entities with a million noughts": "&#" + "0" * 1_000_000 + "65;" + DUTY * 9,
    "unfinished entities": "&#" * 500_000 + DUTY * 9,
    "an entity with a million digits": "&#" + "9" * 1_000_000 + ";" + DUTY * 9,
    "escaped markup": "&lt;p&gt;" * 110_000 + DUTY * 9,
    "a million negations": "not " * 250_000 + DUTY * 9,
    "a million headings": "Responsibilities:\nAbout us:\n" * 40_000 + DUTY * 9,
    "openings of long patterns": "partner with the voice of the " * 40_000 + DUTY * 9,
}  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS.keys())
@pytest.mark.parametrize("field", ["title", "company", "snippet", "description"])
def test_monstrous_text_gets_a_verdict_whose_quotes_stand_in_it(field, text, rules):
    whole = {"title": "Customer Experience Manager", "description": DUTY * 9} | {field: text}
    seen = Posting(id="1", **whole)
    start = time.process_time()
    verdict = judge(seen, rules)
    assert time.process_time() - start < HANGS
    assert list(problems(seen, verdict)) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(min_size=1),
    company=st.text(),
    snippet=st.text(),
    parts=st.lists(st.text() | st.sampled_from([*PIECES, DUTY, "CX", "journey mapping"])),
)
def test_any_text_gets_a_verdict_whose_quotes_stand_in_it(title, company, snippet, parts, rules):
    description = "".join(parts) + DUTY * 6
    seen = Posting(
        id="1", title=title, company=company, snippet=snippet, description=description
    )  # fmt: skip
    verdict = judge(seen, rules)
    assert list(problems(seen, verdict)) == []
    assert judge(seen, rules) == verdict


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=st.sampled_from(KNOWN), noise=st.text(max_size=40), place=st.floats(0, 1))
def test_noise_inside_a_posting_never_breaks_a_quote(seen, noise, place, rules):
    cut = int(place * len(seen.description))
    text = seen.description[:cut] + noise + seen.description[cut:]
    hurt = Posting(id="1", title=seen.title, snippet=seen.snippet, description=text)
    assert list(problems(hurt, judge(hurt, rules))) == []


def test_invented_postings_changed_at_random_keep_the_promises(rules):
    try_postings(300, random.Random(20_261_122), rules)


def test_packs_changed_at_random_give_rules_or_a_pack_error():
    try_packs(60, random.Random(20_261_122))


def test_same_seed_gives_the_same_changes():
    text, pack = KNOWN[0].description, PACK.encode()
    assert hurt_text(text, random.Random(7)) == hurt_text(text, random.Random(7)) != text
    assert hurt_bytes(pack, random.Random(7)) == hurt_bytes(pack, random.Random(7)) != pack


def _read(content: bytes) -> Rules:
    base = [pack for pack in shipped() if pack[0] == "judge.yaml"]
    return Rules(read_packs(base, [("mine.yaml", content)]))


def test_the_pack_that_is_hurt_is_whole():
    seen = Posting(id="1", title="Host", description="You sell lovely tea. " * 30)
    (mine,) = [e for e in judge(seen, _read(PACK.encode())).evidence if e.rule.startswith("mine.")]
    assert (mine.rule, mine.quote) == ("mine.sells-tea", "You sell lovely tea")


@settings(deadline=None, max_examples=60)
@given(content=st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_as_a_pack_give_rules_or_a_pack_error(content):
    with suppress(PackError):
        _read(content)


@settings(deadline=None, max_examples=150)
@given(
    place=st.sampled_from(
        ['"# cups"', "points: 4", "times: 2", "mine.any: 9", "id: mine.sells-tea", "kind: store",
         "[title, duties]", "cake*", "status: active", "pack: mine", "- id:", "examples: {"]
    ),
    piece=st.text(max_size=12) | st.sampled_from(YAML_PIECES).map(lambda b: b.decode("utf-8", "replace")),
    kept=st.booleans(),
)  # fmt: skip
def test_a_hurt_pack_gives_rules_or_a_pack_error(place, piece, kept):
    content = PACK.replace(place, f"{place} {piece}" if kept else piece)
    with suppress(PackError):
        _read(content.encode("utf-8", "surrogatepass"))


REFUSED = {
    "two signs": ("points: 4", "points: --3"),
    "plus and minus": ("points: 4", "points: +-3"),
    "five thousand digits": ("points: 4", f"points: {'9' * 5000}"),
    "a cap of five thousand digits": ("mine.any: 9", f"mine.any: {'9' * 5000}"),
    "five thousand digits of times": ("times: 2", f"times: {'9' * 5000}"),
    "an empty match": ('"(tea|coffee) (shop|bar)?"', '""'),
    "brackets 5,000 deep": ("# cups", "(" * 5000 + "a" + ")" * 5000),
    "a list of itself": ("[tea,", "[<things>, tea,"),
    "a gap of a billion words": ("..3", "..999999999"),
    "nothing that must be there": ("# cups", "..9 " * 500),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_pack_that_cannot_be_meant_is_refused_with_its_line(change):
    old, new = change
    assert old in PACK
    with pytest.raises(PackError) as caught:
        _read(PACK.replace(old, new).encode())
    assert all(problem.line for problem in caught.value.problems)


DEEP = {
    "open brackets": b"[" * 100_000,
    "open braces": b"{a: " * 50_000,
    "closed brackets": b"a: " + b"[" * 100_000 + b"]" * 100_000,
    "dashes": b"- " * 20_000,
    "indentation": b"".join(b" " * n + b"a:\n" for n in range(3000)),
}


@pytest.mark.parametrize("content", DEEP.values(), ids=DEEP.keys())
def test_deeply_nested_pack_is_refused_and_the_process_lives(content, tmp_path):
    """In a process of its own: what goes wrong here ends the process, not the test."""
    path = tmp_path / "deep.yaml"
    path.write_bytes(content)
    done = started.run("cxdigest", "rules", "check", path)
    assert done.returncode == 1, (done.returncode, done.stderr[-500:])
    assert "deep.yaml" in done.stdout + done.stderr


def test_of_very_many_mistakes_the_first_are_told():
    began = time.process_time()
    with pytest.raises(PackError) as told:
        load([("mine", "".join(f"k{number}: 1\n" for number in range(15_000)).encode())])
    assert time.process_time() - began < HANGS
    assert [one.line for one in told.value.problems[:3]] == [1, 2, 3]
    assert len(told.value.problems) == 200
    assert told.value.problems[-1].instead == "mend what is named first"
