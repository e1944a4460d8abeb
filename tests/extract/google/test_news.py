"""What speaks for news must outweigh what speaks for a posting, and doubt keeps the posting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxdigest.extract.hits.news import is_posting


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("", ""),
        ("Customer Experience", "https://acme.example/"),
        ("Customer Experience Manager", "not a link"),
        ("Customer Experience Manager", "https://[broken/"),
        (
            "Customer Experience Manager - Leeds",
            "https://acme.example/2026/11/customer-experience-manager-leeds",
        ),
        ("Store Person", "https://acme.example/news/store-person"),
        ("News Editor", "https://www.countynews.example/careers/news-editor"),
        ("Reporter, Daily Herald", "https://jobs.dailyherald.example/reporter"),
        ("Blog Editor", "https://acme.example/careers/blog-editor"),
        ("Insights Manager", "https://www.insider.example/o/insights-manager"),
    ],
)
def test_doubt_keeps_the_posting(title: str, url: str) -> None:
    assert is_posting(title, url, "")


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("Bank opens branch", "https://www.reuters.com/business/bank-opens-branch"),
        (
            "A quiet word about queues",
            "https://www.linkedin.com/pulse/quiet-word-about-queues-jo-perriwick-x1",
        ),
        (
            "How to become a CX manager",
            "https://www.reed.co.uk/career-advice/how-to-become-a-cx-manager",
        ),
        (
            "Town mourns bus stop after its last customer leaves",
            "https://www.townherald.example/2026/11/19/town-mourns",
        ),
    ],
)
def test_what_is_plainly_news_is_no_posting(title: str, url: str) -> None:
    assert not is_posting(title, url, "")


def test_a_host_is_a_board_only_with_its_dot() -> None:
    news = ("How customer experience changed", "/blog/how-customer-experience-changed", "")
    assert not is_posting(news[0], f"https://notlinkedin.com{news[1]}", news[2])
    assert is_posting("How We Hire", "https://uk.linkedin.com/jobs/view/4301990001/", "")


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.casefold()).split())


def test_titles_of_real_postings_are_kept_wherever_they_stand(labels: Path) -> None:
    lines = (labels / "titles.jsonl").read_text(encoding="utf-8").splitlines()
    lines += (labels / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    titles = {json.loads(line)["title"] for line in lines} - {""}
    for place, limit in (("", 0.005), ("news/", 0.05)):
        urls = {title: f"https://employer.example/{place}{_slug(title)}" for title in titles}
        lost = [title for title, url in urls.items() if not is_posting(title, url, "")]
        assert len(lost) <= limit * len(titles), lost
