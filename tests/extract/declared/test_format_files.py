"""The files of declared formats: what each key means, and what is said about a wrong one."""

from __future__ import annotations

import time
from importlib import resources

import pytest
import yaml

from cxdigest.errors import ProblemsError
from cxdigest.extract.declared.fitting import posted_on
from cxdigest.extract.declared.schema import ITEMS, KEYS, LINK_KEYS, read_format
from cxdigest.extract.declared.shipped import FORMATS, shipped, shipped_format
from cxdigest.extract.declared.template import Template, read_link_shape, read_template

GOOD = """\
format: moor
board: Job Moor
unproven: true
evidence: One mail that a reader described.
unknown: Its HTML part.
senders: [jobmoor.example]
links:
  postings: ["jobmoor.example/jobs/#"]
text:
  - [title, company, facts, link]
"""


def problems(text: str, name: str = "moor") -> str:
    with pytest.raises(ProblemsError) as caught:
        read_format(name, text.encode())
    return str(caught.value)


def test_a_whole_file_is_read() -> None:
    declared = read_format("moor", GOOD.encode())
    assert (declared.board, declared.proven, declared.senders) == (
        "Job Moor",
        False,
        ("jobmoor.example",),
    )
    assert declared.text[0].above == (("title", "company", "facts"),)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("board:", "bord:", 'moor.yaml:2: bord: no such key; did you mean "board"?'),
        ("senders: [jobmoor.example]\n", "", "moor.yaml:1: senders: is missing; write senders: …"),
        ("unproven: true", "unproven: yes", "moor.yaml:3: unproven: yes reads as true; write true"),
        ("unproven: true", "unproven: maybe", "moor.yaml:3: unproven: must be true or false"),
        ("board: Job Moor", "board: [a]", "moor.yaml:2: board: must be one text"),
        ("senders: [jobmoor.example]", "senders: [7]", "moor.yaml:6: senders: must be a list of"),
        ("postings: [", "posting: [", 'links.posting: no such key; did you mean "postings"?'),
        ("jobmoor.example/jobs/#", "https://jobmoor.example/jobs", "without https://"),
        ("jobmoor.example/jobs/#", "job*moor.example/jobs", "* stands for all of it, its start"),
        ("jobmoor.example/jobs/#", "jobmoor.example/{title}/{title}", "it may have one {title}"),
        ("facts, link]", "salry, link]", "moor.yaml:10: text: 'salry' is no line; known are title"),
        ("facts, link]", "facts]", "it is not said where the link stands; add link to the list"),
        ("[title, company", "[company", "no line is the title; add title to the list"),
        ("[title, company", "[blank, title, company", "one blank may stand"),
        ("text:\n  - [", "text: [", "moor.yaml:9: text: must be a list of lists"),
        ("text:", "html:", "moor.yaml:10: html: HTML has no lines for link or blank"),
        ("[title, ", '["{titel}", ', "{titel} is no fact; known are title"),
        ("[title, ", '["{title}{company}", ', "nothing stands between two of its facts"),
        ("text:", "required: [colour]\ntext:", "moor.yaml:9: required: 'colour' is unknown"),
        ("text:", "sections: [a]\ntext:", "moor.yaml:9: sections: must be headings with names"),
        ("text:", "drop: ['{x}']\ntext:", "moor.yaml:9: drop: '{x}': {x} is no fact"),
        ("format: moor", "format: fen", "the name is 'fen' and the file's is 'moor'"),
        ("board: Job Moor", "board: Job Moor\nboard: Fen", "board: stands twice, first in line 2"),
        (GOOD[GOOD.index("text:") :], "", "neither text nor html is said"),
        (GOOD, "- a\n", "moor.yaml:1: must be keys with values; write format: NAME"),
        ("links:\n", "links: [a]\n#", "moor.yaml:7: links: must be keys with values"),
        ("senders: [", "senders: [[", "moor.yaml:"),
    ],
)
def test_wrong_file_is_refused_with_line_and_way_out(old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in problems(GOOD.replace(old, new, 1))


def test_all_problems_of_a_file_are_told_at_once_in_its_order() -> None:
    wrong = GOOD.replace("board:", "bord:").replace("facts, link]", "salry, link]")
    lines = [line.partition(": ")[0] for line in problems(wrong).split("\n")]
    assert lines == ["moor.yaml:1", "moor.yaml:2", "moor.yaml:10"]


@pytest.mark.parametrize("name", list(shipped()))
def test_shipped_file_is_read_and_its_quick_look_agrees(name: str) -> None:
    declared = shipped_format(name)
    listed = next(known for known in FORMATS if known.name == name)
    hosts = tuple(sender.rpartition("@")[2] for sender in declared.senders)
    assert (listed.domains, listed.proven) == (hosts, declared.proven)


def test_every_key_is_used_by_a_shipped_format() -> None:
    files = [yaml.safe_load(content) for content in shipped().values()]
    assert {key for file in files for key in file} == set(KEYS)
    assert {key for file in files for key in file["links"]} == set(LINK_KEYS)
    lines = {
        line
        for file in files
        for key in ("text", "html")
        for row in file.get(key, [])
        for line in row
    }
    assert {line for line in lines if "{" not in line} == set(ITEMS)


@pytest.mark.parametrize(
    ("template", "line", "facts"),
    [
        ("{company} - {location}", "A - B - Leeds", {"company": "A - B", "location": "Leeds"}),
        ("{company} - {location}", "Leeds", None),
        ("{company} - {location}", " - Leeds", None),
        ("Posted: {posted}", "posted: 05-30-2026", {"posted": "05-30-2026"}),
        ("Posted: {posted}", "Posted:", None),
        ("* years of exp", "5 years of exp", {}),
        ("Strong applicant", "strong applicant", {}),
        ("Strong applicant", "Strong applicants", None),
        (
            "{title}  {company}  / *  {facts}",
            "CX Lead  Foxglove  / 1-10 Employees  $1k  |  Leeds",
            {"title": "CX Lead", "company": "Foxglove", "facts": "$1k  |  Leeds"},
        ),
    ],
)
def test_template_reads_a_line(template: str, line: str, facts: dict[str, str] | None) -> None:
    read = read_template(template)
    assert isinstance(read, Template)
    assert read.read(line) == facts


@pytest.mark.parametrize(
    ("shape", "url", "is_one"),
    [
        ("seek.com.au/job/#", "https://au.seek.com.au/job/123?x=1", True),
        ("seek.com.au/job/#", "https://notseek.com.au/job/123", False),
        ("seek.com.au/job/#", "https://seek.com.au/jobs/in-leeds", False),
        ("adzuna.*/land/ad/#", "https://www.adzuna.co.uk/land/ad/47", True),
        ("adzuna.*/land/ad/#", "https://www.adzuna.evil.example.invalid/land/ad/47", True),
        ("*/ls/click", "https://u1.ct.sendgrid.net/ls/click?upn=1", True),
        ("moor.example/jobs?slug=#", "https://moor.example/jobs?slug=7-cx", True),
        ("moor.example/jobs?slug=#", "https://moor.example/jobs?page=7", False),
        ("moor.example/job/*", "https://[bad/job/1", False),
    ],
)
def test_link_shape_tells_where_a_link_leads(shape: str, url: str, is_one: bool) -> None:
    read = read_link_shape(shape)
    assert not isinstance(read, str)
    assert bool(read.read(url)) is is_one


def test_no_line_and_no_link_makes_a_shape_slow() -> None:
    template = read_template("{title}  {company}  / *  {facts}")
    shape = read_link_shape("moor.example/*a*b*c")
    assert isinstance(template, Template)
    assert not isinstance(shape, str)
    started = time.thread_time()
    for _ in range(100):
        template.read("  " * 200)
        template.read("x  / " * 80)
        shape.read("https://moor.example/" + "ab" * 1_000)
    assert time.thread_time() - started < 2


def test_files_ship_inside_the_package() -> None:
    folder = resources.files("cxdigest.extract").joinpath("formats")
    assert {file.name for file in folder.iterdir()} == {f"{name}.yaml" for name in shipped()}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-11-22", "2026-11-22"),
        ("22 novembre 2026", "2026-11-22"),
        ("Nov 22, 2026", "2026-11-22"),
        ("11-22-2026", "2026-11-22"),
        ("05-06-2026", "2026-05-06"),  # dashes: the month first
        ("05/06/2026", ""),  # the fifth of June or the sixth of May
        ("31-31-2026", ""),
        ("3 days ago", ""),
    ],
)
def test_a_day_is_read_where_it_is_beyond_doubt(words: str, day: str) -> None:
    assert posted_on(words) == day
