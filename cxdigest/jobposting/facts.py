"""One JobPosting node -> what it says of the opening. Opens nothing, cleans no link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cxdigest.jobposting.dates import iso_date
from cxdigest.jobposting.money import pay_of
from cxdigest.jobposting.nodes import (
    Node,
    employment_of,
    inside,
    listed,
    markup,
    without_workplace,
    words,
    workplace_of,
)
from cxdigest.model import Workplace

_PARTS = (  # heading for the reader, properties that hold what follows it
    ("", ("description",)),
    ("Responsibilities", ("responsibilities",)),
    ("Qualifications", ("qualifications",)),
    ("Experience", ("experienceRequirements",)),
    ("Skills", ("skills",)),
    ("Benefits", ("jobBenefits", "benefits")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What one JobPosting says. Empty strings where it does not."""

    title: str  #: white space folded
    company: str = ""  #: as stated
    locations: tuple[str, ...] = ()  #: ``Leeds, England``; each once, without the workplace
    workplace: Workplace = ""  #: only where it is stated
    salary: str = ""  #: as stated, or written from its parts
    description: str = ""  #: the duties, as HTML or text
    employment: str = ""  #: ``full-time, contract``
    posted: str = ""  #: ISO date
    valid_through: str = ""  #: ISO date
    url: str = ""  #: the posting's own address, as written
    apply_url: str = ""  #: where it says to apply, as written
    direct: bool = False  #: it says that *url* is where to apply
    closed: bool = False  #: it says that it is no longer open


def facts_of(node: Node, named: Mapping[str, Node]) -> JobFacts:
    """Return what *node* says; *named* are the nodes that it may refer to."""
    places = tuple(_places(node, named))
    remote = workplace_of(node.get("jobLocationType"), node.get("workplaceType"), *places)
    stated = tuple(filter(None, map(without_workplace, places)))
    return JobFacts(
        title=words(node.get("title")) or words(node.get("name")),
        company=_company(node, named),
        locations=stated or (tuple(_applicants(node, named)) if remote == "remote" else ()),
        workplace=remote,
        salary=pay_of(node, named),
        description=_description(node),
        employment=employment_of(node.get("employmentType")),
        posted=iso_date(_first(node, "datePosted", "datePublished")),
        valid_through=iso_date(_first(node, "validThrough", "expires")),
        url=_link(node.get("url")),
        apply_url=_apply(node, named),
        direct=words(node.get("directApply")).casefold() == "true"
        or node.get("directApply") is True,
        closed="closed" in words(node.get("status")).casefold(),
    )


def _first(node: Node, *names: str) -> object:
    values = (one for name in names for one in listed(node.get(name)) if one)
    value = next(values, "")
    return value.get("@value", "") if isinstance(value, dict) else value


def _company(node: Node, named: Mapping[str, Node]) -> str:
    for one in inside(node, "hiringOrganization", named):
        if name := words(one.get("name")) or words(one.get("legalName")):
            return name
    stated = node.get("hiringOrganization")
    named_so = "" if isinstance(stated, dict) else words(stated)
    return named_so if not named_so.startswith("http") else ""


def _description(node: Node) -> str:
    """Return the duties; what other properties add stands below, unless it stands there already."""
    parts: list[str] = []
    for heading, names in _PARTS:
        text = next(filter(None, (markup(node.get(name)) for name in names)), "")
        if text and not any(text in part for part in parts):
            parts.append(f"<h3>{heading}</h3>\n{text}" if heading and parts else text)
    return "\n".join(parts)


def _places(node: Node, named: Mapping[str, Node]) -> Iterator[str]:
    seen: set[str] = set()
    for one in listed(node.get("jobLocation")):
        if isinstance(one, dict):
            found = [_place(place, named) for place in inside({"v": one}, "v", named)]
        else:
            found = [words(one)]
        for place in filter(None, found):
            if place.casefold() not in seen:
                seen.add(place.casefold())
                yield place


def _place(node: Node, named: Mapping[str, Node]) -> str:
    """Return ``Leeds, England``: town and region, with the country where the region is missing."""
    for address in (*inside(node, "address", named), node):
        town, region = words(address.get("addressLocality")), words(address.get("addressRegion"))
        country = words(address.get("addressCountry"))
        parts = [town, region if town or region else ""]
        if not (town and region):
            parts.append(country)
        kept = dict.fromkeys(filter(None, parts))
        if kept:
            return ", ".join(kept)
    written = [one for one in listed(node.get("address")) if isinstance(one, str)]
    return words(written) or words(node.get("name"))


def _applicants(node: Node, named: Mapping[str, Node]) -> Iterator[str]:
    """Yield where those who work from home must live."""
    for one in listed(node.get("applicantLocationRequirements")):
        for place in inside({"v": one}, "v", named):
            if name := words(place.get("name")) or _place(place, named):
                yield name
        if isinstance(one, str) and (name := words(one)):
            yield name


def _apply(node: Node, named: Mapping[str, Node]) -> str:
    for key in ("applicationContact", "potentialAction"):
        for one in inside(node, key, named):
            for found in (one, *inside(one, "target", named)):
                if link := _link(found.get("url")) or _link(found.get("urlTemplate")):
                    return link
    return _link(node.get("applyUrl")) or _link(node.get("applicationUrl"))


def _link(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    text = next((one for one in listed(value) if isinstance(one, str)), "").strip()
    return text if text.startswith(("http://", "https://")) else ""
