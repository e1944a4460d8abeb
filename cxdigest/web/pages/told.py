"""What a page says of a change that was just made, by a short key in its address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

#: Of each change, one sentence.
WORDS: Mapping[str, str] = {
    "pasted": "Judged by the duties that you pasted.",
    "forgotten": "The duties are forgotten; it is judged by what is known besides.",
    "nothing-pasted": "There are no duties of yours to forget.",
    "split": "These sightings are a posting of their own now, for good.",
    "not-split": "Nothing is merged there any more.",
    "merged": "The two are one posting now. Splitting takes it back.",
    "not-merged": "These two cannot be merged: one of them is not there any more.",
    "undone": "Taken back.",
}


def told(key: str) -> str:
    """Return the sentence for *key*; an unknown one says nothing."""
    return WORDS.get(key, "")


def path(*steps: str, **query: object) -> str:
    """Return the address of the page that *steps* lead to: ``path("today", "ada")``."""
    there = "".join(f"/{quote(step, safe='')}" for step in steps)
    return f"{there}?{urlencode(query)}" if query else there


def posting_path(profile: str, posting_id: str, **query: object) -> str:
    """Return the address of a posting's page."""
    return path("postings", profile, posting_id, **query)


def in_part(request: Request) -> bool:
    """Tell whether htmx asks, which puts the answer into the page that is there."""
    return request.headers.get("HX-Request") == "true"
