"""What a reader may say of a posting in a digest, and the link that says it.

Pure. A link leads to a page where there is one that readers reach; else it opens a mail to the
mailbox that is polled, with the token as its subject. Where there is neither, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from cxdigest.feedback.tokens import MARK, Signer, feedback_tokens
from cxdigest.model import FEEDBACK_WORDS, Action, Candidate, FeedbackWord, Profile
from cxdigest.records import reader

_action = reader(Action, ("word", "url"))


class Actions(Protocol):
    """Makes what a reader may say of a posting in a digest."""

    def __call__(
        self,
        profile: Profile,
        digest_id: str,
        candidate: Candidate,
        wanted: Collection[FeedbackWord] = FEEDBACK_WORDS,
        /,
    ) -> tuple[Action, ...]:
        """Return those of the *wanted* words that make sense, each with its link."""


def actions_for(signer: Signer, *, public_url: str = "", feedback_to: str = "") -> Actions | None:
    """Return what makes the actions of a posting in a digest, by profile, digest id and candidate.

    *public_url* has no slash at its end. None where there is no way for a reader's word.
    """
    if public_url:
        before = f"{public_url}/f/"
    elif feedback_to:
        before = f"mailto:{quote(feedback_to, safe='@+')}?subject={MARK}%20"
    else:
        return None

    def actions(
        _profile: Profile,
        digest_id: str,
        candidate: Candidate,
        wanted: Collection[FeedbackWord] = FEEDBACK_WORDS,
        /,
    ) -> tuple[Action, ...]:
        nameless = not candidate.posting.company.strip()
        said = _words(candidate.said, tuple(wanted), nameless=nameless)
        tokens = feedback_tokens(signer, digest_id, candidate.posting.id, said)
        return tuple([
            _action((word, before + token)) for word, token in zip(said, tokens, strict=True)
        ])  # fmt: skip

    return actions


@lru_cache(maxsize=64)
def _words(
    said: FeedbackWord | None, wanted: tuple[FeedbackWord, ...], *, nameless: bool
) -> tuple[FeedbackWord, ...]:
    """Return what makes sense to be said: nothing twice, and no employer hidden without a name."""
    needless = {said, "hide-employer" if nameless else None}
    return tuple(word for word in FEEDBACK_WORDS if word in wanted and word not in needless)
