"""The copy of a mail: nothing in it leads anywhere, loads anything or acts."""

from __future__ import annotations

import re

import pytest

from cxdigest.console.drawn.inert import LEFT_OUT, inert_html, inert_text
from cxdigest.feedback import Signer, feedback_token
from cxdigest.model import Enclosure
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.render import UNSUBSCRIBE

SIGNER = Signer(b"k" * 32)
TOKEN = feedback_token(SIGNER, "a" * 32, "b" * 16, "genuine")
PICTURE = Enclosure(name="week.png", media="image/png", content=b"\x89PNG", cid="week@cxdigest")


@pytest.mark.parametrize(
    "written",
    [
        f'<a href="https://digest.example/f/{TOKEN}">Genuine</a>',
        f'<a href="{UNSUBSCRIBE}">Stop these mails</a>',
        f"<A HREF=mailto:x@y.example?subject=cxdigest%20{TOKEN}>Applied</A>",
        '<a href="https://jobs.example/1">A job</a>',
        '<a href="javascript:alert(1)">x</a><script>alert(1)</script><p onclick="alert(1)">y</p>',
        '<form action="https://x.example/"><button formaction="https://x.example/">z</button></form>',
        '<svg><a xlink:href="https://x.example/">s</a></svg>',
        '<img src="https://x.example/pixel.gif" srcset="https://x.example/2x.gif 2x">',
        '<body background="https://x.example/b.png"><link rel="stylesheet" href="https://x.example/">',
        '<meta http-equiv="refresh" content="0;url=https://x.example/"><base href="https://x.example/">',
    ],
)  # fmt: skip
def test_nothing_in_the_copy_leads_anywhere(written):
    copy = inert_html(f"<html><body><p>Kept words</p>{written}</body></html>", (PICTURE,))
    assert "Kept words" in copy
    assert TOKEN not in copy
    assert not re.search(r"https?:|mailto:|javascript:|alert|\bon\w+=", copy, re.IGNORECASE), copy


def test_pictures_that_came_with_the_mail_lie_in_the_copy():
    copy = inert_html(
        '<img alt="The week" src="cid:week@cxdigest"><img src="cid:other">', (PICTURE,)
    )
    assert 'src="data:image/png;base64,iVBORw=="' in copy
    assert "cid:" not in copy


def test_a_picture_that_is_none_is_left_out():
    svg = Enclosure(name="x.svg", media="image/svg+xml", content=b"<svg/>", cid="x")
    assert "svg" not in inert_html('<img src="cid:x">', (svg,))


def test_the_text_keeps_links_to_postings_and_loses_those_that_speak_for_its_reader():
    review = ReviewLinks(signer=SIGNER, public_url="https://digest.example", address="in@x.example")
    links = (
        f"https://digest.example/f/{TOKEN}",
        f"mailto:in@x.example?subject=cxdigest%20{TOKEN}",
        f"https://digest.example/u/{SIGNER.sign('unsubscribe', 'c' * 32)}",
        review.page("a" * 32),
        review.mail("a" * 32, "approve"),
        UNSUBSCRIBE,
    )
    for link in links:
        assert inert_text(f"Say so:\n  {link}\nEnd", SIGNER) == f"Say so:\n  {LEFT_OUT}\nEnd"
    job = "https://jobs.example/view/customer-experience-manager-at-tarn-and-vale-1234567890"
    assert inert_text(job, SIGNER) == job
