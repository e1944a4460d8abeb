"""One posting as plain data: the columns of an export, of a webhook and of a JSON feed.

Pure. No text of a posting but the words that were quoted, and no link that could hold a token:
one that could not be unwrapped is left out and marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cxdigest.model import Candidate, Json, Posting
from cxdigest.render import words
from cxdigest.render.row import why

#: Every column with what it holds; docs/elsewhere.md prints them.
COLUMNS: Mapping[str, str] = {
    "id": "the reference of the posting, as `cxdigest explain` takes it",
    "title": "as the alert or the page shows it",
    "company": "the employer",
    "location": "the place",
    "workplace": "`remote`, `hybrid` or `onsite`, where it is stated",
    "salary": "as shown",
    "employment": "as its page states it, such as full-time",
    "posted": "the day it was posted, where that is stated",
    "apply_until": "the last day for applications, where that is stated",
    "first_seen": "when an alert showed it first, in UTC",
    "last_seen": "when an alert showed it last, in UTC",
    "closed": "why it is closed; empty while it is open",
    "seen_in": "the formats of the alerts that showed it",
    "link": "its web address without trackers; empty where it could not be freed of them",
    "link_hidden": "true where the link was left out, because it may hold somebody's token",
    "apply_link": "where to apply at the employer's, where that is known",
    "kind": "what it is: `genuine`, `service`, `support`, `store`, `success`, `sales`, `other` or "
    "`unclear`",
    "confidence": "how sure the verdict is, from 0 to 1",
    "tier": "what the verdict could see: `title`, `snippet` or `full`; empty where you said it",
    "claims": "true where the title says customer experience",
    "flagged": "true where it does and the duties are service, support or store",
    "plain_title": "the title that says what it is, where it is flagged by its duties",
    "quote": "the words that say so",
    "reason": "what the first of them shows, or why nothing can be told",
    "said": "what the reader said of it: `genuine`, `not-genuine`, `applied`, …",
}
_Record = dict[str, Json]


def record_of(candidate: Candidate) -> _Record:
    """Return *candidate* as one value for each of ``COLUMNS``; empty text where nothing is known.

    When it was seen, and where, is said by the candidate's own sightings alone.
    """
    known = {**_facts(candidate.posting), **_sightings(candidate), **_judged(candidate)}
    return {name: known[name] for name in COLUMNS}


def _facts(posting: Posting) -> _Record:
    return {
        "id": posting.id,
        "title": words.clean(posting.title, 300),
        "company": words.clean(posting.company),
        "location": words.clean(posting.location),
        "workplace": posting.workplace,
        "salary": words.clean(posting.salary),
        "employment": words.clean(posting.employment),
        "posted": posting.posted,
        "apply_until": posting.valid_through,
        "closed": words.clean(posting.closed, 240),
        "link": "" if posting.opaque else words.safe_url(posting.url),
        "link_hidden": posting.opaque,
        "apply_link": words.safe_url(posting.apply_url),
    }


def _sightings(candidate: Candidate) -> _Record:
    seen = candidate.seen
    return {
        "first_seen": _moment(min(at.seen for at in seen)) if seen else "",
        "last_seen": _moment(max(at.seen for at in seen)) if seen else "",
        "seen_in": " ".join(dict.fromkeys(at.format for at in seen)),
    }


def _judged(candidate: Candidate) -> _Record:
    verdict = candidate.verdict
    quotes, reason = why(verdict)
    return {
        "kind": verdict.kind if verdict else "unclear",
        "confidence": round(verdict.confidence, 3) if verdict else 0.0,
        "tier": verdict.tier if verdict else "",
        "claims": bool(verdict and verdict.claims),
        "flagged": bool(verdict and verdict.flagged),
        "plain_title": words.clean(verdict.suggests) if verdict else "",
        "quote": words.quoted(quotes),
        "reason": reason,
        "said": candidate.said or "",
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
