"""Links as alerts write them. Every wrapper here has an invented target and no real token."""

from __future__ import annotations

import base64
import gzip
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.links import Link, clean
from cxdigest.links.sites import is_job_board

TARGET = "https://jobs.foxglove.example/vacancy/12?ref_no=7"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def indeed_wrapper(target: str) -> str:
    told = json.dumps({"u": target, "m": {"accountId": "x", "clickType": "viewjob"}})
    return f"https://cts.indeed.com/v3/{b64(gzip.compress(told.encode()))}/AbC"


def sparkpost(target: str) -> str:
    link = target.encode()
    told = b"F\x04abcd?D" + bytes([len(link)]) + link + b"W\x03spcR\x11robin@mail.example"
    return f"http://clicks.board.example/f/a/aaaaaaaaaaaaaaaaaaaaaa~~/AAAAARA~/{b64(told)}~"


WRAPPERS = {
    "indeed": indeed_wrapper(TARGET),
    "sparkpost of 2024": sparkpost(TARGET),
    "amazon": "https://abc.r.us-east-1.awstrack.me/L0/https:%2F%2Fjobs.foxglove.example%2Fvacancy%2F12%3Fref_no=7%26utm_source=alert/1/0100-000/sig=42",
    "postmark": "https://track.pstmrk.it/3s/jobs.foxglove.example%2Fvacancy%2F12%3Fref_no%3D7/abc/def/ghi",
    "customer.io": "https://e.customeriomail.com/e/c/"
    + b64(json.dumps({"email_id": "x", "href": TARGET}).encode())
    + "/0a1b2c",
    "google": "https://www.google.com/url?rct=j&sa=t&url=https://jobs.foxglove.example/vacancy/12%3Fref_no%3D7&ct=ga&usg=XX",
    "google, older, elsewhere": "https://www.google.co.uk/url?sa=X&q=https://jobs.foxglove.example/vacancy/12%3Fref_no%3D7&ct=ga",
    "hellowork": "https://emails.hellowork.com/clic/0f0f/3/abc/"
    + b64(f"robin@mail.example\N{KNOT}{TARGET}".encode()),
    "safelinks": "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fjobs.foxglove.example%2Fvacancy%2F12%3Fref_no%3D7&data=05",
    "proofpoint 2": "https://urldefense.proofpoint.com/v2/url?u=https-3A__jobs.foxglove.example_vacancy_12-3Fref-5Fno-3D7&d=Dw",
    "proofpoint 3": f"https://urldefense.com/v3/__{TARGET}__;!!Ab!Cd$",
    "a redirect that says so": "https://click.board.example/track?id=9&url=https%3A%2F%2Fjobs.foxglove.example%2Fvacancy%2F12%3Fref_no%3D7",
    "a link in base64": "https://mail.board.example/x/" + b64(TARGET.encode()) + "/sig",
    "one in another": "https://www.google.com/url?url="
    + indeed_wrapper(TARGET).replace("&", "%26"),
}


def test_apec_link_leads_to_the_offer_by_its_number() -> None:
    wrapped = "https://diffusion.apec.fr/r/?id=1&e=" + b64(b"p1=robin@mail.example&p2=178000000W")
    offer = "https://www.apec.fr/candidat/recherche-emploi.html/emploi/detail-offre/178000000W"
    assert clean(wrapped).url == offer


def test_sparkpost_link_whose_length_is_not_told_ends_before_the_next_entry() -> None:
    told = b"D\x00" + TARGET.encode() + b"W\x03spc"
    assert (
        clean(f"http://clicks.board.example/f/a/{'a' * 22}~~/AAAAARA~/{b64(told)}~").url == TARGET
    )


def test_link_with_hundreds_of_parameters_is_no_link_of_a_board() -> None:
    many = "&".join(f"p{number}=1" for number in range(300))
    link = clean(f"https://www.indeed.com/viewjob?{many}&jk=0123456789abcdef")
    assert link.native_id == ""
    assert link.url.startswith("https://www.indeed.com/viewjob")


@pytest.mark.parametrize("wrapped", WRAPPERS.values(), ids=WRAPPERS)
def test_wrapper_is_undone_without_asking_anybody(wrapped: str) -> None:
    assert clean(wrapped) == Link(url=TARGET)


POSTINGS = {
    "https://www.linkedin.com/comm/jobs/view/4376221591/?trackingId=x&midToken=y": ("https://www.linkedin.com/jobs/view/4376221591/", "linkedin:4376221591"),
    "https://in.linkedin.com/jobs/view/cx-lead-at-foxglove-3922718771?trk=z": ("https://www.linkedin.com/jobs/view/3922718771/", "linkedin:3922718771"),
    "https://www.linkedin.com/jobs/search/?currentJobId=4376221591&keywords=cx": ("https://www.linkedin.com/jobs/view/4376221591/", "linkedin:4376221591"),
    "https://www.indeed.com/rc/clk/dl?jk=0123456789abcdef&from=ja&tk=x": ("https://www.indeed.com/viewjob?jk=0123456789abcdef", "indeed:0123456789abcdef"),
    "https://uk.indeed.com/viewjob?jk=0123456789ABCDEF": ("https://uk.indeed.com/viewjob?jk=0123456789abcdef", "indeed:0123456789abcdef"),
    "https://www.indeed.co.uk/viewjob?jk=0123456789abcdef": ("https://uk.indeed.com/viewjob?jk=0123456789abcdef", "indeed:0123456789abcdef"),
    "https://apply.indeed.com/indeedapply/i2a?token=x&jk=0123456789abcdef": ("https://www.indeed.com/viewjob?jk=0123456789abcdef", "indeed:0123456789abcdef"),
    indeed_wrapper("https://de.indeed.com/rc/clk?jk=0123456789abcdef&tk=x"): ("https://de.indeed.com/viewjob?jk=0123456789abcdef", "indeed:0123456789abcdef"),
    "https://www.glassdoor.co.uk/partner/jobListing.htm?pos=1&jobListingId=1010135131891&guid=x": ("https://www.glassdoor.co.uk/job-listing/j?jl=1010135131891", "glassdoor:1010135131891"),
    "https://job-boards.greenhouse.io/foxglove/jobs/4647776001?gh_src=x": ("https://job-boards.greenhouse.io/foxglove/jobs/4647776001", "greenhouse:4647776001"),
    "https://boards.greenhouse.io/embed/job_app?for=foxglove&token=4647776001&b=x": ("https://boards.greenhouse.io/embed/job_app?for=foxglove&token=4647776001", "greenhouse:4647776001"),
    "https://jobs.lever.co/foxglove/0a0a0a0a-1111-2222-3333-444444444444/apply?lever-source=x": ("https://jobs.lever.co/foxglove/0a0a0a0a-1111-2222-3333-444444444444", "lever:0a0a0a0a-1111-2222-3333-444444444444"),
    "https://jobs.ashbyhq.com/foxglove/0a0a0a0a-1111-2222-3333-444444444444": ("https://jobs.ashbyhq.com/foxglove/0a0a0a0a-1111-2222-3333-444444444444", "ashby:0a0a0a0a-1111-2222-3333-444444444444"),
    "https://jobright.ai/jobs/info/6a453e93c2d11a6a466687b2?utm_source=1121&imp_id=3": ("https://jobright.ai/jobs/info/6a453e93c2d11a6a466687b2", "jobright:6a453e93c2d11a6a466687b2"),
    "https://www.adzuna.co.uk/land/ad/4512345678?se=x&v=y": ("https://www.adzuna.co.uk/land/ad/4512345678", "adzuna:4512345678"),
    "https://www.stepstone.de/stellenangebote--CX-Lead-Berlin-Birkenhof--9876543-inline.html?rltr=1": ("https://www.stepstone.de/stellenangebote--CX-Lead-Berlin-Birkenhof--9876543-inline.html", "stepstone:9876543"),
    "https://builtin.com/job/cx-lead/123456?utm_source=x": ("https://builtin.com/job/cx-lead/123456", "builtin:123456"),
    "https://au.seek.com/job/71234567?tracking=x": ("https://au.seek.com/job/71234567", "seek:71234567"),
}  # fmt: skip


@pytest.mark.parametrize("link", POSTINGS)
def test_link_of_a_board_becomes_canonical_and_gives_its_id(link: str) -> None:
    url, native_id = POSTINGS[link]
    assert clean(link) == Link(url=url, native_id=native_id)


OPAQUE = [
    "https://www.indeed.com/pagead/clk/dl?mo=r&ad=-6NYlbfkN0XX",
    "http://click.board.example/f/a/aaaaaaaaaaaaaaaaaaaaaa~~/AAAAARA~/_-encrypted-XX~",
    "http://url3500.board.example/ls/click?upn=u001.lwFGo7k1VVdb",
    "https://elinks.dice.com/a/sc/abc",
    "https://www.xing.com/m/AbCdEf",
    "https://cts.indeed.com/v3/notbase64!/x",
    "https://links.board.example/u/" + "aB3" * 20,
]


@pytest.mark.parametrize("link", OPAQUE)
def test_link_that_cannot_be_undone_stays_and_is_marked(link: str) -> None:
    assert clean(link) == Link(url=link, opaque=True)


def test_query_that_logs_its_reader_in_is_dropped_even_from_an_opaque_link() -> None:
    link = "https://www.ziprecruiter.com/km/AAXX1?auth_token=5_1&contact_id=2&expires=3"
    assert clean(link) == Link(url="https://www.ziprecruiter.com/km/AAXX1", opaque=True)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://foxglove.example/careers/?job=4C.86C&utm_source=q&fbclid=x", "https://foxglove.example/careers/?job=4C.86C"),
        ("https://foxglove.example/o/77?gh_jid=77&gclid=x#apply", "https://foxglove.example/o/77?gh_jid=77"),
        ("https://foxglove.example/#/jobs/12", "https://foxglove.example/#/jobs/12"),
        ("https://robin:secret@foxglove.example/jobs/1", "https://foxglove.example/jobs/1"),
        ("<https://foxglove.example/jobs/1?a=1&amp;b=2>", "https://foxglove.example/jobs/1?a=1&b=2"),
        ("https://www.linkedin.com/comm/jobs/search?keywords=cx&geoId=1&f_TPR=r1&lipi=x&midToken=y", "https://www.linkedin.com/jobs/search?keywords=cx&geoId=1&f_TPR=r1"),
        ("https://ca.indeed.com/jobs?q=cx&l=Toronto&from=ja&tmtk=x", "https://ca.indeed.com/jobs?q=cx&l=Toronto"),
    ],
)  # fmt: skip
def test_what_names_the_thing_is_kept_and_what_follows_the_reader_is_not(
    link: str, kept: str
) -> None:
    assert clean(link) == Link(url=kept)


def test_inner_link_is_decoded_exactly_once() -> None:
    assert (
        clean("https://www.google.com/url?url=https://a.example/100%2525/x").url
        == "https://a.example/100%25/x"
    )


@pytest.mark.parametrize("host", ["notlinkedin.com", "linkedin.com.evil.example"])
def test_host_that_only_looks_like_a_board_is_none(host: str) -> None:
    assert clean(f"https://{host}/jobs/view/4376221591/").native_id == ""


def test_wrapper_around_itself_without_end_is_given_up() -> None:
    link = TARGET
    for _ in range(20):
        link = indeed_wrapper(link)
    assert clean(link).opaque


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(string.printable))
def test_no_string_is_refused(text: str) -> None:
    for link in (
        text,
        "https://" + text,
        "https://cts.indeed.com/v3/" + text,
        "https://www.google.com/url?url=" + text,
        "https://x.example/f/a/a~~/a~/" + text,
    ):
        assert isinstance(clean(link), Link)


@given(st.sampled_from([*POSTINGS, *OPAQUE, TARGET]))
def test_clean_link_stays_as_it_is(link: str) -> None:
    once = clean(link)
    assert clean(once.url) == once


@pytest.mark.parametrize(
    "host",
    ["de.indeed.com", "www.stepstone.at", "au.seek.com", "www.reed.co.uk", "hk.jobsdb.com",
     "himalayas.app", "www.cadremploi.fr", "www.free-work.com", "www.google.com", "builtinnyc.com"],
)  # fmt: skip
def test_boards_and_gatherers_are_known_in_every_country(host):
    assert is_job_board(host)


@pytest.mark.parametrize(
    "host",
    ["", "notindeed.com", "indeed.tarnvale.example", "careers.tarnvale.example", "notangel.co", "indeed.xyz",
     "boards.greenhouse.io", "jobs.lever.co"],
)  # fmt: skip
def test_employers_and_those_who_publish_for_them_are_no_job_boards(host):
    assert not is_job_board(host)
