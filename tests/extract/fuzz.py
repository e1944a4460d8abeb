"""Feed `extract` with what no sender would write, led by the code that it reaches.

Atheris (https://github.com/google/atheris) keeps an input that reaches new code and changes it
further. ``promises`` says what must hold; an input that breaks it, or takes too long, is written to
the folder of found inputs, whose files are tests from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cxdigest"]):
    from tests.extract.promises import FOUND, LARGEST, found, seeds, try_input

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
)  # fmt: skip


def main() -> int:
    """Run for as long as asked; return 1 where something was found.

    The fuzzer ends its process, at the latest with an input that takes too long.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--keep", type=Path, help="a folder for what reaches new code")
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.seconds:
        _fuzz(args.keep, args.seconds)  # ends the process
    before, end = set(found()), time.monotonic() + args.minutes * 60
    with tempfile.TemporaryDirectory(prefix="cxdigest-fuzz-") as folder:
        keep = args.keep or Path(folder)
        while (left := int(end - time.monotonic())) > 0:
            command = [sys.executable, "-m", "tests.extract.fuzz", "--keep", str(keep)]
            subprocess.run([*command, "--seconds", str(left)], check=False)
    new = sorted(set(found()) - before)
    print("".join(f"found: {path}\n" for path in new) or "found nothing", file=sys.stderr)
    return 1 if new else 0


def _fuzz(corpus: Path, seconds: int) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    FOUND.mkdir(exist_ok=True)
    for seed in seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = corpus.parent / f"{corpus.name}.words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in _WORDS), encoding="ascii")
    atheris.Setup(
        [
            sys.argv[0], str(corpus), f"-dict={words}", f"-max_total_time={seconds}",
            f"-max_len={LARGEST}", f"-timeout={_SECONDS}", "-rss_limit_mb=4000",
            f"-artifact_prefix={FOUND}{os.sep}",
        ],
        _tried,
    )  # fmt: skip
    atheris.Fuzz()


def _tried(data: bytes) -> None:
    """Try one input that broke nothing yet; one fault is reported once a run."""
    try:
        try_input(data)
    except AssertionError as error:
        fault = str(error)
        if fault not in _KNOWN:
            _KNOWN.add(fault)
            name = hashlib.sha256(data).hexdigest()[:16]
            (FOUND / f"broken-{name}").write_bytes(data)
            print(f"broken-{name}: {fault}", file=sys.stderr)


def _escaped(word: str) -> str:
    return "".join(
        char if char.isalnum() or char in " -:/?=.<>@[]()&;#_+" else f"\\x{ord(char) & 255:02x}"
        for char in word
    )


if __name__ == "__main__":
    sys.exit(main())
