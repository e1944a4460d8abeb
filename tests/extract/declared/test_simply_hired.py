"""Nobody has shown a Simply Hired mail: its format reads a posting however it may be laid out."""

from __future__ import annotations

import pytest

from cxdigest.extract import extract
from cxdigest.model import Alert

ROWS = [
    ("Customer Experience Manager", "New Leaf Outdoor", "New York, NY", "$60,000 a year"),
    ("Journey Lead", "Foxglove", "Remote", ""),
    ("CX Trainer", "Brindle & Oake", "Reading, PA", "$30 an hour"),
]
LINKS = [
    f"https://www.simplyhired.com/job/{key}?isp=0"
    for key in ("q3Zr8vT1kLmN0pXsWbYcDe", "h7Gt2yU9iOpAsDfGhJkLzX", "m1Nb4vC6xZlKjHgFdSaPoI")
]
TEXTS = {
    "link-last": "{t}\n{c}\n{l}\n{p}\n{u}\n\n",
    "link-first": "{u}\n{t}\n{c}\n{l}\n{p}\n\n",
    "link-below-the-title": "{t}\n{u}\n{c}\n{l}\n{p}\n\n",
    "link-beside-the-title": "{t} <{u}>\n{c} - {l}\n{p}\n\n",
    "button": "{t}\n{c}\n{l}\n{p}\nView job: {u}\n\n",
}
HTMLS = {
    "button": "<p><b>{t}</b><br>{c}<br>{l}<br>{p}<br><a href='{u}'>View Job</a></p>",
    "joint": "<p><a href='{u}'>{t}</a><br>{c} – {l}<br>{p}</p>",
    "inline": "<div><a href='{u}'>{t}</a> <span>{c}</span> - <span>{l}</span><p>{p}</p></div>",
    "employer-first": "<p>{c}<br><a href='{u}'>{t}</a><br>{l}<br>{p}</p>",
}


def shown(kind: str, pattern: str) -> list[tuple[str, str, str, str]]:
    body = "".join(
        pattern.format(t=t, c=c, l=place, p=p, u=u)
        for (t, c, place, p), u in zip(ROWS, LINKS, strict=True)
    )
    head = "From: SimplyHired <noreply@simplyhired.com>\nSubject: New jobs for you\n"
    raw = f"{head}Content-Type: text/{kind}; charset=utf-8\n\nYour job alert\n\n{body}".encode()
    found = extract(Alert(source="t", key="1", media="mail", raw=raw, digest="1"))
    assert found.format == "simplyhired"
    return [(one.title, one.company, one.location, one.salary) for one in found.sightings]


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_in_each_likely_order(name: str) -> None:
    assert shown("plain", TEXTS[name]) == ROWS


@pytest.mark.parametrize("name", HTMLS)
def test_html_is_read_in_each_likely_order(name: str) -> None:
    assert shown("html", HTMLS[name]) == ROWS
