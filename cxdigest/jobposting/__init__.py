"""schema.org JobPosting, as pages and mails state it -> plain facts.

Reads JSON-LD, microdata and RDFa alike; https://schema.org/JobPosting names the properties, and
https://developers.google.com/search/docs/appearance/structured-data/job-posting how boards are
asked to write them. Nobody keeps to either, so each property is read in many spellings. Knows no
board and judges nothing.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from cxdigest.jobposting.dates import iso_date
from cxdigest.jobposting.facts import JobFacts, facts_of
from cxdigest.jobposting.linked_data import read_linked_data
from cxdigest.jobposting.money import pay
from cxdigest.jobposting.nodes import MAX_MARKUP, employment_of, without_workplace, workplace_of
from cxdigest.jobposting.tagged import read_tagged

__all__ = [
    "MAX_MARKUP",
    "JobFacts",
    "employment_of",
    "facts_in_markup",
    "facts_in_scripts",
    "iso_date",
    "pay",
    "without_workplace",
    "workplace_of",
]


def facts_in_scripts(html: str) -> tuple[JobFacts, ...]:
    """Return the postings that the JSON-LD of *html* states, in its order."""
    graph = read_linked_data(html)
    return tuple(facts_of(node, graph.named) for node in graph.postings)


def facts_in_markup(tree: LexborHTMLParser) -> tuple[JobFacts, ...]:
    """Return the postings that the attributes of *tree* state: microdata, else RDFa."""
    return tuple(facts_of(node, {}) for node in read_tagged(tree))
