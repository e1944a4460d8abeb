"""Tokens: read by who made them, for what they were made for, and by nobody else."""

from __future__ import annotations

import base64
import hmac
import re
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.feedback import Asked, Signer, feedback_in, feedback_token, is_expired, read_feedback
from cxdigest.model import FEEDBACK_WORDS

SIGNER = Signer(bytes(range(32)))
OTHER = Signer(bytes(range(1, 33)))
DIGEST = "0123456789abcdef0123456789abcdef"
POSTING = "fedcba9876543210"
LETTERS = string.ascii_letters + string.digits + "-_"

parts = st.lists(
    st.text(max_size=30)
    | st.text("0123456789abcdef", max_size=40)
    | st.sampled_from(FEEDBACK_WORDS),
    max_size=5,
)
digests = st.text("0123456789abcdef", min_size=32, max_size=32)
postings = st.text("0123456789abcdef", min_size=16, max_size=16)
words = st.sampled_from(FEEDBACK_WORDS)
purposes = st.text(max_size=20)


@given(purposes, parts)
def test_a_token_reads_as_what_it_was_made_of(purpose, made_of):
    assert SIGNER.read(purpose, SIGNER.sign(purpose, *made_of)) == tuple(made_of)


@given(purposes, parts, st.lists(st.text(max_size=20) | words, max_size=5))
def test_tokens_made_together_are_those_made_one_by_one(purpose, shared, last):
    alone = [SIGNER.sign(purpose, *shared, one) for one in last]
    assert list(SIGNER.sign_each(purpose, shared, last)) == alone


@given(st.binary(min_size=16, max_size=100), purposes, parts)
def test_the_proof_of_a_token_is_the_hmac_of_its_parts(key, purpose, made_of):
    token = Signer(key).sign(purpose, *made_of)[:-1]
    both = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    named = purpose.encode()
    signed = b"a" + len(named).to_bytes(2) + named + both[:-16]
    assert both[-16:] == hmac.digest(key, signed, "sha256")[:16]


@given(digests, postings, words)
def test_a_token_of_feedback_is_short_and_fit_for_a_link_and_a_subject(digest, posting, word):
    token = feedback_token(SIGNER, digest, posting, word)
    assert len(token) <= 60
    # No program that finds links takes its last letter for a full stop or a dash.
    assert re.fullmatch(r"[A-Za-z0-9_-]+[A-Za-z0-9]", token)
    assert read_feedback(SIGNER, token) == Asked(digest_id=digest, posting_id=posting, word=word)


@given(purposes, purposes, parts)
def test_no_other_purpose_reads_a_token(purpose, other, made_of):
    if purpose != other:
        assert SIGNER.read(other, SIGNER.sign(purpose, *made_of)) is None


@given(purposes, parts)
def test_no_other_instance_reads_a_token(purpose, made_of):
    assert OTHER.read(purpose, SIGNER.sign(purpose, *made_of)) is None


@given(parts, parts)
def test_no_two_lists_of_parts_make_the_same_token(one, other):
    assert (SIGNER.sign("p", *one) == SIGNER.sign("p", *other)) == (one == other)


@given(st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))
def test_what_moves_from_the_purpose_to_a_part_is_another_token(one, other, third):
    if other:
        assert SIGNER.read(one, SIGNER.sign(one + other, third)) is None


@given(digests, postings, words, st.data())
def test_a_token_with_one_letter_changed_is_none(digest, posting, word, data):
    token = feedback_token(SIGNER, digest, posting, word)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    changed = token[:place] + letter + token[place + 1 :]
    assert (read_feedback(SIGNER, changed) is None) == (changed != token)


def test_every_single_change_of_a_letter_is_seen():
    token = feedback_token(SIGNER, DIGEST, POSTING, "genuine")
    for place, right in enumerate(token):
        for letter in LETTERS:
            changed = token[:place] + letter + token[place + 1 :]
            assert (SIGNER.read("feedback", changed) is not None) == (letter == right)


@given(digests, postings, words, st.data())
def test_a_token_with_a_letter_too_many_or_too_few_is_none(digest, posting, word, data):
    token = feedback_token(SIGNER, digest, posting, word)
    place = data.draw(st.integers(0, len(token)))
    longer = token[:place] + data.draw(st.sampled_from(LETTERS)) + token[place:]
    assert read_feedback(SIGNER, token[:place]) is None or place == len(token)
    assert read_feedback(SIGNER, longer) is None


@given(st.text(max_size=100) | st.text(LETTERS, max_size=100))
def test_what_is_no_token_is_none_and_no_error(text):
    assert SIGNER.read("feedback", text) is None
    assert SIGNER.read("feedback", text + "a") is None


@pytest.mark.parametrize(
    "text", ["", "a", "AAAAa", "=" * 8 + "a", "é" * 40 + "a", "A" * 5000 + "a"]
)
def test_odd_texts_are_no_tokens(text):
    assert SIGNER.read("feedback", text) is None


def test_a_token_of_another_purpose_with_the_parts_of_feedback_says_nothing():
    assert read_feedback(SIGNER, SIGNER.sign("unsubscribe", DIGEST, POSTING, "genuine")) is None


def test_a_token_of_feedback_with_other_parts_says_nothing():
    assert read_feedback(SIGNER, SIGNER.sign("feedback", DIGEST, POSTING)) is None
    assert read_feedback(SIGNER, SIGNER.sign("feedback", DIGEST, POSTING, "splendid")) is None


def test_a_part_that_is_too_long_is_refused_without_showing_it():
    with pytest.raises(ValueError, match="127 bytes at most") as told:
        SIGNER.sign("p", "secret" * 30)
    assert "secret" not in str(told.value)


def test_a_key_is_never_shown_and_never_short():
    assert SIGNER.key.hex() not in repr(SIGNER)
    assert repr(SIGNER.key) not in repr(SIGNER)
    with pytest.raises(ValueError, match="16 bytes or more") as told:
        Signer(b"tooshort")
    assert "tooshort" not in str(told.value)


@pytest.mark.parametrize(
    "wrapped",
    [
        "cxdigest {token}",
        "Re: cxdigest {token}",
        "[EXTERNAL] AW: cxdigest {token} (from my phone)",
        "CXDIGEST {token}",
        "cxdigest: {token}",
        "cxdigest\r\n {token}",
        "cxdigest {0} {1}",
        "Fwd: cxdigest {0}\r\n\t{1} with kind regards",
        "cxdigest 7 roles · cxdigest {token}",
    ],
)
@pytest.mark.parametrize("cut", [1, 20, 57])
def test_a_token_is_found_in_a_subject_however_it_was_wrapped(wrapped, cut):
    token = feedback_token(SIGNER, DIGEST, POSTING, "hide-employer")
    subject = wrapped.format(token[:cut], token[cut:], token=token)
    assert feedback_in(SIGNER, subject) == Asked(
        digest_id=DIGEST, posting_id=POSTING, word="hide-employer"
    )


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "cxdigest",
        "cxdigest ",
        "7 roles, 12 set aside · Sat 21 Nov",
        "cxdigest hello there",
        "x",
    ],
)
def test_a_subject_without_a_token_says_nothing(subject):
    assert feedback_in(SIGNER, subject) is None


def test_a_very_long_subject_is_soon_done_with():
    assert feedback_in(SIGNER, "cxdigest " + "A" * 1_000_000) is None
    assert feedback_in(SIGNER, "cxdigest " * 100_000) is None


def test_links_of_a_digest_end_after_sixty_days():
    made = datetime(2026, 11, 21, tzinfo=UTC)
    assert not is_expired(made, now=made + timedelta(days=60))
    assert is_expired(made, now=made + timedelta(days=60, seconds=1))
