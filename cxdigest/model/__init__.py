"""The words of cxdigest as frozen records (docs/development.md lists them), a file a subject.

Contains no business logic and opens nothing. All datetimes are timezone-aware UTC and are
refused otherwise; all records are keyword-only. One ``#:`` line a field is lemon24/reader's habit.
Whoever uses a word imports it from here; only the files of this package name each other.
"""

from __future__ import annotations

from cxdigest.model.alert import AddressWay, Alert, Authenticity, FeedEntry, Media
from cxdigest.model.delivery import Delivery, DeliveryState, Enclosure, Receipt, Rendered
from cxdigest.model.digest import Candidate, Digest, DigestState, Hiding, Share, Week
from cxdigest.model.extraction import AlertOutcome, Extraction, Trace
from cxdigest.model.feedback import FEEDBACK_WORDS, Action, Correction, FeedbackWay, FeedbackWord
from cxdigest.model.page import Page, PageOutcome
from cxdigest.model.posting import Posting
from cxdigest.model.profile import (
    ROLES,
    Coach,
    Profile,
    Recipient,
    Review,
    Role,
    Showing,
    Wishes,
    WishName,
)
from cxdigest.model.sighting import SeenAt, Sighting, Workplace
from cxdigest.model.source import Cursor, PollOutcome, Shortfall, SourceReport, routed, unrouted
from cxdigest.model.values import Json, require_utc
from cxdigest.model.verdict import (
    FLAGGED_KINDS,
    KIND_WORDS,
    KINDS,
    Evidence,
    Kind,
    Tier,
    Verdict,
    Where,
)

__all__ = [
    "FEEDBACK_WORDS",
    "FLAGGED_KINDS",
    "KINDS",
    "KIND_WORDS",
    "ROLES",
    "Action",
    "AddressWay",
    "Alert",
    "AlertOutcome",
    "Authenticity",
    "Candidate",
    "Coach",
    "Correction",
    "Cursor",
    "Delivery",
    "DeliveryState",
    "Digest",
    "DigestState",
    "Enclosure",
    "Evidence",
    "Extraction",
    "FeedEntry",
    "FeedbackWay",
    "FeedbackWord",
    "Hiding",
    "Json",
    "Kind",
    "Media",
    "Page",
    "PageOutcome",
    "PollOutcome",
    "Posting",
    "Profile",
    "Receipt",
    "Recipient",
    "Rendered",
    "Review",
    "Role",
    "SeenAt",
    "Share",
    "Shortfall",
    "Showing",
    "Sighting",
    "SourceReport",
    "Tier",
    "Trace",
    "Verdict",
    "Week",
    "Where",
    "WishName",
    "Wishes",
    "Workplace",
    "require_utc",
    "routed",
    "unrouted",
]
