"""What a reader says of a posting, and what that changes.

Pure: no store, no clock, no network. Tokens carry a word from a digest back, ``correct`` puts it in
the place of the judge's, ``told`` says in the next digest what it changed, ``propose`` makes a rule
of words that repeat, for a person to look at.
"""

from __future__ import annotations

from cxdigest.feedback.actions import Actions, actions_for
from cxdigest.feedback.correct import SAID_SO, correct
from cxdigest.feedback.propose import Proposal, propose, written
from cxdigest.feedback.said import MATTERS, FeedbackRow, Matter
from cxdigest.feedback.tokens import (
    LASTS,
    Asked,
    Signer,
    feedback_in,
    feedback_token,
    is_expired,
    read_feedback,
)
from cxdigest.feedback.told import told

__all__ = [
    "LASTS",
    "MATTERS",
    "SAID_SO",
    "Actions",
    "Asked",
    "FeedbackRow",
    "Matter",
    "Proposal",
    "Signer",
    "actions_for",
    "correct",
    "feedback_in",
    "feedback_token",
    "is_expired",
    "propose",
    "read_feedback",
    "told",
    "written",
]
