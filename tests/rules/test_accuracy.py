"""The figures that docs/accuracy.md states are those of the packs; needs the real labels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench import accuracy, figures, labelled
from cxdigest.model import Posting, Verdict
from cxdigest.rules import load
from cxdigest.rules.trials.accuracy import Labelled
from tests.rules.postings import posting, read

DOCUMENT = Path(__file__).parents[2] / "docs" / "accuracy.md"
RENEW = "the packs no longer give the published figures: run make accuracy"


def test_packs_give_the_published_figures(labels):
    document = DOCUMENT.read_text("utf-8")
    published = figures.published(document)
    known = labelled.read(labels)
    seen = labelled.without_held_out(known)
    counted_on = published[figures.TIER_NAMES["full"], "all", "exact kind, of all"][1]
    (postings,) = [part.postings for part in (known, seen) if len(part.postings) == counted_on]
    rules = load()
    found = figures.counted(postings, figures.judged(postings, rules))
    assert published == found, RENEW
    assert rules.fingerprint in document, RENEW


def test_document_states_every_figure_of_every_tier_and_part():
    published = figures.published(DOCUMENT.read_text("utf-8"))
    tiers, parts, names = (set(column) for column in zip(*published, strict=True))
    assert tiers == set(figures.TIER_NAMES.values())
    assert parts == set(figures.COLUMNS)
    assert len(published) == len(tiers) * len(parts) * len(names) == 120


def test_figures_are_read_back_from_the_tables_as_they_were_written():
    postings = [_labelled(1, "genuine"), _labelled(2, "service"), _labelled(3, "store")]
    said = [_said("genuine"), _said("unclear"), _said("service")]
    verdicts = {tier: said for tier in labelled.TIERS}  # noqa: C420 nobody changes it
    tables = figures.tier_tables(postings, verdicts)
    document = "\n".join(
        ["# A", figures.SHIPPED, *tables, "## B", "| figure | real |", "| x | 1/1 |"]
    )
    found = figures.published(document)
    whole = figures.counted(postings, verdicts)
    assert found == {key: whole[key] for key in whole if key[1] in ("real", "all")}
    # One of two service jobs is flagged, and all that is flagged is a service job.
    full = figures.TIER_NAMES["full"]
    assert found[full, "all", "misleading titles flagged"] == (1, 2)
    assert found[full, "real", "flagged and is service/support/store"] == (1, 1)


@pytest.fixture(scope="module")
def measured() -> accuracy.Measured:
    """The invented set in the place of the labels, each posting of an employer of its own."""
    records = read("invented")
    postings = [
        Labelled(posting=posting(record), kind=record["kind"], part=labelled.PARTS[n % 3])
        for n, record in enumerate(records)
    ]
    rules = load()
    verdicts = figures.judged(postings, rules)
    return accuracy.Measured(
        labels=labelled.Labels(postings, [(one.kind, one.kind) for one in postings]),
        rules=rules,
        shipped=verdicts,
        crossed=verdicts,
        peers=[("one that lets all through", ["genuine"] * len(postings))],
        held_out=True,
    )


def test_document_counts_the_held_out_employers_by_themselves_and_lists_none(measured):
    document = accuracy.document(measured)
    section = document.partition("## Never read while the rules were written")[2]
    section = section.partition("\n## ")[0]
    fifth = [one for one in measured.postings if labelled.is_held_out(one)]
    assert f"{len(fifth)} of the {len(measured.postings)} postings" in section
    assert f"/{len(fifth)} |" in section
    mistakes = document.partition("## The worst mistakes")[2].partition("\n## ")[0]
    assert mistakes.count("`invented") > 5
    assert not [one.posting.id for one in fifth if f"`{one.posting.id}`" in mistakes]


def test_document_states_the_figures_of_the_packs(measured):
    published = figures.published(accuracy.document(measured))
    assert published == figures.counted(measured.postings, measured.shipped)


def test_document_quotes_no_posting(measured):
    document = " ".join(accuracy.document(measured).split())
    for one in measured.postings:
        words = f"{one.posting.snippet} {one.posting.description}".split()
        runs = (" ".join(words[at : at + 5]) for at in range(len(words) - 4))
        assert not [run for run in runs if run in document]


def test_keeping_all_is_not_being_ahead(measured):
    said = "the cross-validated rules are ahead of every one of them"
    assert said in accuracy.document(measured)
    perfect = ("an oracle", [one.kind for one in measured.postings])
    beaten = replace(measured, peers=[*measured.peers, perfect])
    assert "the cross-validated rules are not ahead of an oracle" in accuracy.document(beaten)


def test_employers_are_held_out_by_a_hash_of_their_letters_and_digits(tmp_path):
    # SHA-256 as a number modulo 5: acme1 1, acme5 0, acme6 2, acme8 0.
    names = ["Acme 1", "Acme 5", "ACME-5!", "Acme 6", "Acme 8"]
    rest = {"kind": "other", "title": "CX", "description": "", "readers": ["other", "other"]}
    lines = [rest | {"id": str(n), "company": name} for n, name in enumerate(names)]
    (tmp_path / "dev.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    known = labelled.read(tmp_path)
    held_out = [one.posting.company for one in known.postings if labelled.is_held_out(one)]
    assert held_out == ["Acme 5", "ACME-5!", "Acme 8"]
    seen = labelled.without_held_out(known)
    assert [one.posting.company for one in seen.postings] == ["Acme 1", "Acme 6"]
    assert len(seen.readers) == 2


def _labelled(number, kind):
    return Labelled(posting=Posting(id=str(number), title="CX"), kind=kind, part="real")


def _said(kind):
    return Verdict(posting_id="1", kind=kind, confidence=0.9, tier="full", claims=True, flagged=False, points=9, evidence=(), rules="")  # fmt: skip
