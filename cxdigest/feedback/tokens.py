"""Tokens by which a link in a digest is known again: what it asks for, and a proof that we made it.

::

    base64url(parts + first 16 bytes of HMAC-SHA256(key, version + purpose + parts)) + "a"

A token is no secret keeper: its parts can be read by everybody who has it, so no address and no
name goes into one. The last letter says which writing it is; it stands at the end because programs
that find links in text leave out a ``-`` or ``_`` there. No clock: see ``is_expired``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from cxdigest.model import FEEDBACK_WORDS, FeedbackWord

#: How long a link in a digest may be used, from when the digest was made.
LASTS = timedelta(days=60)
#: What stands before a token in the subject of a mail.
MARK = "cxdigest"

_VERSION = "a"
_MAC = 16  #: bytes, 128 bits
_BLOCK = 64  #: bytes, of SHA-256
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_LEAST_KEY = 16  #: bytes
_LONGEST = 512  #: letters; no longer one was ever made
_HEX = re.compile(r"(?:[0-9a-f]{2}){1,63}")
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_MARKED = re.compile(rf"\b{MARK}\b[\s:]+", re.IGNORECASE)
_MOST_MARKS, _MOST_PIECES = 10, 6  #: that are looked at in one subject
#: A part begins with a byte that says what it is: a text's length, hexadecimal digits' length in
#: bytes, or a word of feedback. The numbers of words stand in mails that were sent; never change.
_TEXT, _DIGITS, _WORD = 0x00, 0x80, 0xC0
_NUMBERS: Mapping[str, int] = {
    "genuine": 0, "not-genuine": 1, "hide-employer": 2, "applied": 3, "not-for-me": 4,
}  # fmt: skip
_WORDS = {number: word for word, number in _NUMBERS.items()}
_LONGEST_TEXT = 127  #: bytes
_PURPOSE = "feedback"


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens and knows its own again. Its key is the instance's and never shown."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < _LEAST_KEY:
            raise ValueError(f"a key that signs needs {_LEAST_KEY} bytes or more")

    def sign(self, purpose: str, *parts: str) -> str:
        """Return a token for *parts*, which only *purpose* reads; the same for the same.

        Raises:
            ValueError: a part is longer than 127 bytes, or no text.
        """
        packed = b"".join(map(_packed, parts))
        return _tokens([packed + self._proof(purpose, packed)])[0]

    def sign_each(self, purpose: str, parts: Sequence[str], last: Iterable[str]) -> list[str]:
        """Return a token for *parts* and each of *last*: what they share is worked out once.

        Raises:
            ValueError: a part is longer than 127 bytes, or no text.
        """
        before = b"".join(map(_packed, parts))
        inner, outer = _begun(self.key, purpose)
        inner = inner.copy()
        inner.update(before)
        signed = []
        for one in last:
            end, inside, proof = _packed(one), inner.copy(), outer.copy()
            inside.update(end)
            proof.update(inside.digest())
            signed.append(before + end + proof.digest()[:_MAC])
        return _tokens(signed)

    def read(self, purpose: str, token: str) -> tuple[str, ...] | None:
        """Return the parts that *token* was made of, None unless `sign` made it for *purpose*."""
        packed, proof = _taken_apart(token)
        if not hmac.compare_digest(self._proof(purpose, packed), proof):
            return None
        return tuple(_parts(packed))

    def _proof(self, purpose: str, packed: bytes) -> bytes:
        inner, proof = (half.copy() for half in _begun(self.key, purpose))
        inner.update(packed)
        proof.update(inner.digest())
        return proof.digest()[:_MAC]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a link in a digest says when it is followed."""

    digest_id: str  #: the digest that it stood in
    posting_id: str  #: as the digest knew it; it may have been merged since
    word: FeedbackWord


def feedback_token(signer: Signer, digest_id: str, posting_id: str, word: FeedbackWord) -> str:
    """Return the token by which a reader of that digest says *word* of a posting in it."""
    return signer.sign(_PURPOSE, digest_id, posting_id, word)


def feedback_tokens(
    signer: Signer, digest_id: str, posting_id: str, said: Iterable[FeedbackWord]
) -> list[str]:
    """Return the `feedback_token` of each word of *said*, faster than one by one."""
    return signer.sign_each(_PURPOSE, (digest_id, posting_id), said)


def read_feedback(signer: Signer, token: str) -> Asked | None:
    """Return what *token* says; None where it is no token of feedback of this instance."""
    match signer.read(_PURPOSE, token):
        case (digest_id, posting_id, said):
            for word in FEEDBACK_WORDS:
                if word == said:
                    return Asked(digest_id=digest_id, posting_id=posting_id, word=word)
    return None


def feedback_in(signer: Signer, subject: str) -> Asked | None:
    """Return what the first token of feedback in a mail's *subject* says; None without one."""
    read = (read_feedback(signer, token) for token in tokens_in(subject))
    return next((asked for asked in read if asked), None)


def tokens_in(subject: str) -> Iterator[str]:
    """Yield what may be the token in *subject*: what follows ``cxdigest``, in one piece or several.

    A mail program that wraps a subject may leave a space in the token, and others write their own
    words around it; only the right one is read by a `Signer`.
    """
    for found in islice(_MARKED.finditer(subject), _MOST_MARKS):
        pieces = subject[found.end() : found.end() + 2 * _LONGEST].split(maxsplit=_MOST_PIECES)
        for count in range(1, min(len(pieces), _MOST_PIECES) + 1):
            token = "".join(pieces[:count])
            if len(token) > _LONGEST or not _LETTERS.fullmatch(token):
                break
            yield token


def is_expired(made: datetime, *, now: datetime) -> bool:
    """Tell whether the links of a digest made at *made* are too old to be used."""
    return now - made > LASTS


# A digest is full of links, and to go on from here takes a third of the time, or half of what
# ``hmac`` takes to go on.
@lru_cache(maxsize=64)
def _begun(key: bytes, purpose: str) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Return the inner and the outer hash of an HMAC (RFC 2104) that has read *purpose*."""
    block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    named = purpose.encode()
    inner, outer = (hashlib.sha256(block.translate(pad)) for pad in (_INNER, _OUTER))
    inner.update(_VERSION.encode() + len(named).to_bytes(2) + named)
    return inner, outer


# A digest asks for its own id with every posting, and for a posting's with every word.
@lru_cache(maxsize=1024)
def _packed(part: str) -> bytes:
    if part in _NUMBERS:
        return bytes([_WORD | _NUMBERS[part]])
    if _HEX.fullmatch(part):
        return bytes([_DIGITS | len(part) // 2]) + bytes.fromhex(part)
    text = part.encode()
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a part of a token has {_LONGEST_TEXT} bytes at most")
    return bytes([_TEXT | len(text)]) + text


def _tokens(signed: Sequence[bytes]) -> list[str]:
    """Write tokens, each of packed parts and their proof: all at once, in whole groups."""
    filled = b"".join([one + bytes(-len(one) % 3) for one in signed])
    letters = base64.urlsafe_b64encode(filled).decode()
    tokens, at = [], 0
    for one in signed:
        tokens.append(letters[at : at + (4 * len(one) + 2) // 3] + _VERSION)
        at += (len(one) + 2) // 3 * 4
    return tokens


def _parts(packed: bytes) -> Iterator[str]:
    """Yield what `_packed` was given, one after the other."""
    at = 0
    while at < len(packed):
        head = packed[at]
        size = 0 if head >= _WORD else head & ~_DIGITS
        body = packed[at + 1 : at + 1 + size]
        at += 1 + size
        if head >= _WORD:
            yield _WORDS.get(head & ~_WORD, "")  # of a newer version, nothing to this one
        else:
            yield body.hex() if head & _DIGITS else body.decode()


def _taken_apart(token: str) -> tuple[bytes, bytes]:
    """Return the packed parts and the proof in *token*; empty where it is none.

    A token is written in one way only: what base64 reads alike is refused.
    """
    letters = token[:-1]
    if not token.endswith(_VERSION) or len(token) > _LONGEST or not _LETTERS.fullmatch(letters):
        return b"", b""
    try:
        both = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return b"", b""
    if base64.urlsafe_b64encode(both).rstrip(b"=").decode() != letters:
        return b"", b""
    return both[:-_MAC], both[-_MAC:]
