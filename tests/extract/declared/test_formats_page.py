"""``docs/formats.md`` lists every format as the registries have it, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

from cxdigest.extract import FEED_FORMATS, MAIL_FORMATS
from cxdigest.extract.declared.reading import read, recognises
from cxdigest.extract.declared.schema import KEYS, LINK_KEYS, read_format
from cxdigest.extract.declared.shipped import shipped, shipped_format
from cxdigest.extract.mails.mail import read_mail

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\| `[\w-]+` \| .*$", PAGE.partition("## How")[0], re.MULTILINE)
]


def test_the_table_lists_all_formats_in_the_order_in_which_they_are_asked() -> None:
    listed = [row[0].strip("`") for row in ROWS]
    assert listed == [known.name for known in (*MAIL_FORMATS, *FEED_FORMATS)]


def test_the_table_says_who_sends_and_what_is_proven() -> None:
    for row, known in zip(ROWS, MAIL_FORMATS, strict=False):
        assert row[3] == ("proven" if known.proven else "**unproven**"), known.name
        if known.name in shipped():
            declared = shipped_format(known.name)
            assert row[2].split(", ") == list(declared.senders)
            assert row[1] == declared.board
            assert row[4:] == [declared.evidence.rstrip("."), declared.unknown.rstrip(".")]
        else:
            assert row[2] == (", ".join(known.domains) or "anybody")


def test_the_page_explains_every_key_and_no_other() -> None:
    explained = PAGE.partition("| key |")[2].partition("**Links**")[0]
    first = re.findall(r"^\| (`[^|]+) \|", explained, re.MULTILINE)
    names = [name for cell in first for name in re.findall(r"`([^`]+)`", cell)]
    links = {f"links.{key}" for key in LINK_KEYS}
    assert set(names) == (set(KEYS) - {"links"}) | links


def test_the_example_of_the_page_reads_the_mail_of_the_page() -> None:
    example = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]
    mail = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]
    declared = read_format("jobmoor", example.encode())
    raw = f"From: Moor <x@alerts.jobmoor.example>\nSubject: New jobs\n\n{mail}"
    shown = read_mail(raw.encode())
    assert recognises(declared, shown)
    (one,) = read(declared, shown).sightings
    assert (one.title, one.company) == ("Customer Experience Manager", "Foxglove Housing")
    assert (one.location, one.salary) == ("Leeds, UK", "£42,000")
