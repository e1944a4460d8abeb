"""What a page says of a change that was just made, by a short key in its address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

from cxdigest.language import _, marked

#: Of each change, one sentence.
WORDS: Mapping[str, str] = {
    "pasted": marked("Judged by the duties that you pasted."),
    "forgotten": marked("The duties are forgotten; it is judged by what is known besides."),
    "nothing-pasted": marked("There are no duties of yours to forget."),
    "split": marked("These sightings are a posting of their own now, for good."),
    "not-split": marked("Nothing is merged there any more."),
    "merged": marked("The two are one posting now. Splitting takes it back."),
    "not-merged": marked("These two cannot be merged: one of them is not there any more."),
    "undone": marked("Taken back."),
}


def told(key: str) -> str:
    """Return the sentence for *key*; an unknown one says nothing."""
    return told_of(WORDS, key)


def told_of(words: Mapping[str, str], key: str) -> str:
    """Return what *words*, marked, say under *key* in the language that is spoken; else nothing."""
    return _(words[key]) if key in words else ""


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
