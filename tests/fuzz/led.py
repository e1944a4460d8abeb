"""One process of the fuzzer: ``led TARGET FOLDER SECONDS``. It ends itself; ``__main__`` starts it."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cxdigest"]):
    from tests.fuzz.targets import ALL, LARGEST, TARGETS, folder_of, seeds, try_input

_SECONDS = 20  #: for one input, in code that is watched and therefore several times slower
#: Faults that this run has reported.
_KNOWN: set[str] = set()
_WORDS = (
    "Content-Type: text/html", "Content-Transfer-Encoding: base64", "quoted-printable", "multipart/alternative",
    "boundary=", "charset=utf-7", "format=flowed", "delsp=yes", "message/rfc822", "Authentication-Results: ",
    "dmarc=pass", "header.from=", "=?utf-8?q?", "=?utf-8?b?", "?=", "From: ", "Subject: ", "---------- Forwarded message",
    "<a href=", "<table", "<td>", "</table>", "<p>", "<br>", "<script type=application/ld+json>", "JobPosting", "@graph",
    "data-scope=inboxmarkup", "https://www.linkedin.com/comm/jobs/view/", "https://cts.indeed.com/v3/H4sI",
    "https://www.google.com/url?url=", "jobListingId=", "&amp;", "&#x3D;", "&#xD800;", "=10", "=3D", "=\n",
    "View job: ", " - ", " · ", "<!-- -->", "<![CDATA[", "<entry>", "<title type=html>", "<feed", "]]>", "<!ENTITY",
    "spf=pass smtp.mailfrom=", "dkim=pass header.d=", "In-Reply-To: <", "ref 0123456789abcdef", "User-agent: *",
    "Disallow: /", "Crawl-delay: ", "Request-rate: 1/", "itemscope itemtype=", "itemprop=", "itemref=", "baseSalary",
    "validThrough", "jobLocation", "addressLocality", "identifier", "hiringOrganization", "1e999", "NaN", "items", "_cxdigest",
    "sources:", "profiles:", "channels:", "type: feed", "type: mailbox", "type: smtp", "send_at: ", "deliver:", "zone: ",
    "match: ", "points: ", "examples: ", "rules: ", "groups: ", "settings: ", "lists: ", "unless: ", "where: [title, duties]",
    "(a|b)", "..3", "/a{0,3}/", "<things>", "&a ", "*a", "<<: ", "!!python/object:", "%YAML 9.9", "---", "password_file: ",
)  # fmt: skip


def _fuzz(target: str, corpus: Path, seconds: int) -> None:
    marks = TARGETS.get(target, ALL)
    corpus.mkdir(parents=True, exist_ok=True)
    folder_of(target).mkdir(exist_ok=True)
    for seed in seeds(marks):
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = corpus.parent / f"{corpus.name}.words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in _WORDS), encoding="ascii")
    atheris.Setup(
        [
            sys.argv[0], str(corpus), f"-dict={words}", f"-max_total_time={seconds}",
            f"-max_len={LARGEST}", f"-timeout={_SECONDS}", "-rss_limit_mb=4000",
            f"-artifact_prefix={folder_of(target)}{os.sep}", "-print_final_stats=1",
        ],
        lambda data: _tried(data, target, marks),
    )  # fmt: skip
    atheris.Fuzz()


def _tried(data: bytes, target: str, marks: bytes) -> None:
    """Try one input that broke nothing yet; one fault is reported once a run."""
    try:
        try_input(data, marks)
    except AssertionError as error:
        fault = str(error)
        if fault not in _KNOWN:
            _KNOWN.add(fault)
            name = hashlib.sha256(data).hexdigest()[:16]
            (folder_of(target) / f"broken-{name}").write_bytes(data)
            print(f"broken-{name}: {fault}", file=sys.stderr)


def _escaped(word: str) -> str:
    return "".join(
        char if char.isalnum() or char in " -:/?=.<>@[]()&;#_+" else f"\\x{ord(char) & 255:02x}"
        for char in word
    )


if __name__ == "__main__":
    _fuzz(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
