"""What the next digest says of a reader's words."""

from __future__ import annotations

import pytest

from cxdigest.feedback import told
from cxdigest.model import FEEDBACK_WORDS, KINDS
from tests.feedback.world import row

NOW_GENUINE = "For you it counts as customer experience now, wherever it is seen again; the rules "
NOW_OTHER = "For you it counts as another trade now, wherever it is seen again; the rules "


@pytest.mark.parametrize(
    ("word", "kind", "changed"),
    [
        ("genuine", "service", NOW_GENUINE + "say customer service."),
        ("genuine", None, NOW_GENUINE + "could not tell."),
        ("genuine", "unclear", NOW_GENUINE + "could not tell."),
        ("genuine", "genuine", "The rules had said the same: it counts as customer experience."),
        ("not-genuine", "genuine", NOW_OTHER + "say customer experience."),
        ("not-genuine", None, NOW_OTHER + "could not tell."),
        ("not-genuine", "sales", "The rules had said the same: it counts as sales."),
        (
            "hide-employer",
            "service",
            "Postings of Lumen & Tide are left out from now on; each digest says how many.",
        ),
        ("applied", "genuine", "It is kept as one that you applied for."),
        ("not-for-me", "genuine", "It is not shown to you again."),
    ],
)
def test_what_a_word_changed_is_one_plain_sentence(word, kind, changed):
    (found,) = told([row(1, word, kind=kind)])
    assert (found.word, found.changed) == (word, changed)
    assert (found.title, found.company) == ("Customer Experience Associate", "Lumen & Tide")


def test_an_employer_that_is_not_named_is_not_said_to_be_hidden():
    assert told([row(1, "hide-employer", employer=" ")])[0].changed == (
        "It names no employer, so none is hidden."
    )


def test_a_posting_that_was_set_aside_and_is_called_genuine_is_told_with_its_link():
    link = "https://jobs.example/1"
    assert told([row(1, "genuine", url=link)])[0].url == link
    assert told([row(1, "not-for-me", url=link)])[0].url == ""


def test_every_word_on_every_kind_is_one_sentence_in_the_order_given():
    rows = [
        row(n, w, kind=k) for n, (w, k) in enumerate((w, k) for w in FEEDBACK_WORDS for k in KINDS)
    ]
    found = told(rows)
    assert [one.word for one in found] == [one.word for one in rows]
    assert all(one.changed.endswith(".") and "\n" not in one.changed for one in found)
