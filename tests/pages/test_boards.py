"""Every board's record and listing, written to its documented shape, gives what stands beside it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
import yaml

from cxdigest.errors import PageError
from cxdigest.pages.boards import (
    BOARDS,
    BoardRecord,
    Opening,
    listing_url,
    read_listing,
    read_record,
    record_in,
    record_of,
    record_url,
)

HERE = Path(__file__).parent / "boards"
TODAY = date(2026, 11, 22)
UUID = "5e0c9f7a-1c55-4b0e-9d5c-0d7b6f3c2a11"


def body_of(name: str) -> bytes:
    (file,) = (
        one
        for one in HERE.glob(f"{name}.*")
        if one.suffix in {".json", ".xml"} and one.stem == name
    )
    return file.read_bytes()


def expected_of(name: str) -> dict[str, object]:
    return yaml.safe_load((HERE / f"{name}.expect.yaml").read_text("utf-8"))


def line_of(one: Opening) -> str:
    whole = "whole" if one.page else "without duties"
    return f"{one.native_id} | {one.title} | {one.location} | {one.url} | {whole}"


@pytest.mark.parametrize("board", sorted(BOARDS))
def test_record_says_what_stands_beside_it(board: str) -> None:
    expected = expected_of(board)
    record = record_of(expected["url"])
    assert record is not None
    assert (record.board, record_url(record)) == (board, expected["asks"])
    page = asdict(read_record(record, body_of(board), today=TODAY))
    assert expected["duties"] in page.pop("description")
    assert {name: value for name, value in page.items() if value} == expected["page"]


@pytest.mark.parametrize("board", sorted(BOARDS))
def test_listing_shows_what_stands_beside_it(board: str) -> None:
    expected = expected_of(f"{board}.listing")
    token = str(expected["token"])
    assert listing_url(board, token) == expected["asks"]
    listing = read_listing(board, body_of(f"{board}.listing"), token, today=TODAY)
    assert [line_of(one) for one in listing.openings] == expected["openings"]
    assert listing.next_url == expected["next"]


@pytest.mark.parametrize(
    ("url", "record"),
    [
        ("https://job-boards.greenhouse.io/acme/jobs/123", ("greenhouse", "acme", "123")),
        ("https://job-boards.eu.greenhouse.io/acme/jobs/123", ("greenhouse", "acme", "123")),
        ("https://boards.greenhouse.io/embed/job_app?for=acme&token=123", ("greenhouse", "acme", "123")),
        ("https://acme.example/careers?gh_jid=123", ("greenhouse", "", "123")),
        (f"https://jobs.lever.co/acme/{UUID}/apply", ("lever", "acme", UUID)),
        (f"https://jobs.eu.lever.co/acme/{UUID}", ("lever", "eu:acme", UUID)),
        (f"https://jobs.ashbyhq.com/Acme%20Co/{UUID}/application", ("ashby", "Acme Co", UUID)),
        ("https://apply.workable.com/acme/j/A1B2C3D4E5/", ("workable", "acme", "A1B2C3D4E5")),
        ("https://jobs.smartrecruiters.com/Acme/743999912345678-x", ("smartrecruiters", "Acme", "743999912345678")),
        ("https://acme.recruitee.com/o/role-two", ("recruitee", "acme", "role-two")),
        ("https://acme.jobs.personio.de/job/77", ("personio", "acme", "77")),
    ],
)  # fmt: skip
def test_a_link_tells_whose_record_it_is(url: str, record: tuple[str, str, str]) -> None:
    found = record_of(url)
    assert found == BoardRecord(board=record[0], token=record[1], id=record[2])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://[",
        "mailto:jobs@acme.example",
        "https://www.linkedin.com/jobs/view/123456789/",
        "https://notgreenhouse.io/acme/jobs/123",
        "https://boards.greenhouse.io/acme",
        "https://jobs.lever.co/acme",
        "https://www.recruitee.com/o/role",
        "https://www.workable.com/api/accounts/acme",
    ],
)
def test_other_links_are_nobodys_record(url: str) -> None:
    assert record_of(url) is None


@pytest.mark.parametrize("board", ["ashby", "workable", "recruitee", "personio"])
def test_an_opening_that_the_listing_does_not_show_is_closed(board: str) -> None:
    record = BoardRecord(board=board, token="tarnvale", id="999")
    with pytest.raises(PageError, match="any more") as caught:
        read_record(record, body_of(board), today=TODAY)
    assert caught.value.outcome == "closed"


@pytest.mark.parametrize("board", sorted(BOARDS))
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>We will be back soon</html>",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe\x00",
        b"<a>" * 100_000,
    ],
)
def test_a_body_that_is_no_record_is_unreadable_or_shows_nothing(board: str, body: bytes) -> None:
    record = BoardRecord(board=board, token="acme", id="1")
    with pytest.raises(PageError):
        read_record(record, body, today=TODAY)


@pytest.mark.parametrize("board", sorted(BOARDS))
@pytest.mark.parametrize(
    "body", [b"null", b"3", b"{}", b"[]", b'{"jobs": 3}', b'[[1], {"id": []}]']
)
def test_json_of_another_shape_lists_nothing(board: str, body: bytes) -> None:
    if board == "personio":
        body = b"<workzag-jobs/>"
    assert read_listing(board, body, "acme", today=TODAY).openings == ()


@pytest.mark.parametrize(
    ("markup", "token"),
    [
        ('<script src="https://boards.greenhouse.io/embed/job_board/js?for=tarnvale"></script>', "tarnvale"),
        ('<iframe src="https://boards.greenhouse.io/embed/job_app?token=12&amp;for=tarn-vale">', "tarn-vale"),
        ('<iframe src="https://job-boards.eu.greenhouse.io/embed/job_board?for=tarn&b=x">', "tarn"),
    ],
)  # fmt: skip
def test_an_employers_page_tells_whose_board_it_embeds(markup: str, token: str) -> None:
    found = record_in(markup.encode(), url="https://tarnvale.example/careers?gh_jid=12")
    assert found == BoardRecord(board="greenhouse", token=token, id="12")


def test_a_page_without_a_board_tells_of_none() -> None:
    assert record_in(b"<p>greenhouse.io", url="https://tarnvale.example/careers?gh_jid=12") is None
    assert record_in(b"<p>", url="https://tarnvale.example/careers") is None


def test_a_feed_with_entities_is_not_read() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><workzag-jobs>&l9;</workzag-jobs>'.encode()
    with pytest.raises(PageError, match="entities"):
        read_listing("personio", body, "acme", today=TODAY)
