"""``cxdigest rules fit``: fit the points of rules to labels, and show the difference for review.

The difference is all that stands on standard output, so that it can be kept as a patch; what is to
be said about it goes to standard error.
"""

from __future__ import annotations

import difflib
import importlib
import json as jsonlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from cxdigest.cli.rules.labels import read_labels
from cxdigest.cli.rules.packs import read_packs
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.model import Json
from cxdigest.rules import Rules, everybodys, load
from cxdigest.rules.fitting.rewrite import Numbers, overriding, rewritten
from cxdigest.rules.trials.accuracy import Labelled
from cxdigest.text import printable

if TYPE_CHECKING:
    from cxdigest.rules.fitting.decision import Decision
    from cxdigest.rules.fitting.fit import Fit

_SHIPPED = "cxdigest/rules/packs"  #: how the shipped packs are named in the difference


def fit(
    labels: Path, *, packs: list[Path], price: float, pull: float, folds: int,
    write: bool, out: Path, json: bool,
) -> int:  # fmt: skip
    """Fit the shipped rules and those of *packs* to *labels*; return the exit code.

    With *write* the packs named are rewritten in place, and what changes in shipped ones goes into
    a new pack *out*; the installed package is never written to.

    Raises:
        PackError: a pack cannot be used.
        WrongUseError: the labels cannot, the extra is missing, or *out* exists.
    """
    engine = _engine()
    labelled = read_labels(labels)
    paths = list(_files(packs))
    own = read_packs(paths)
    rules = load(own)
    console = Console(stderr=True)
    try:
        with console.status(_("Fitting")) if console.is_terminal else nullcontext():
            fitted: Fit = engine.fit(labelled, rules, price=price, pull=pull, count=folds)
    except ValueError as error:
        raise WrongUseError(
            _(
                "{labels}: {error}; label more employers' postings, or ask for fewer "
                "folds with --folds (at least 2)",
                labels=labels,
                error=error,
            )
        ) from error
    every = [(f"{_SHIPPED}/{name}", content) for name, content in everybodys()] + own
    before = [content.decode() for _, content in every]
    after = rewritten(before, _numbers(fitted))
    if json:
        for record in _records(rules, fitted):
            print(jsonlib.dumps(record, ensure_ascii=False))
    else:
        for (name, _content), old, new in zip(every, before, after, strict=True):
            sys.stdout.writelines(_difference(name, old, new))
    sys.stdout.flush()
    for line in _summary(labelled, rules, fitted):
        print(printable(line), file=sys.stderr)
    if write:
        _write(paths, before, after, out)
    elif before != after:
        print(_("Nothing was written; --write does."), file=sys.stderr)
    return 0


def _engine() -> Any:  # noqa: ANN401 - a module, loaded by name because its libraries are an extra
    try:
        return importlib.import_module("cxdigest.rules.fitting.fit")
    except ImportError as error:
        raise WrongUseError(
            _(
                "fitting needs {name}, which is not installed; install the extra: pip "
                "install 'cxdigest[fit]'",
                name=error.name,
            )
        ) from error


def _files(packs: Sequence[Path]) -> Iterator[Path]:
    """Yield *packs*, each folder as the packs in it."""
    for path in packs:
        yield from sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _numbers(fitted: Fit) -> Numbers:
    chosen = fitted.decision
    return Numbers(
        points=fitted.points,
        settings=flat(chosen) if chosen else {},
        confidence=chosen.confidence if chosen else (),
    )


def flat(chosen: Decision) -> dict[str, int]:
    """Return the numbers of the decision by their paths in a pack."""
    flat = {f"threshold.{tier}": value for tier, value in chosen.threshold.items()}
    flat |= {f"margin.{tier}": value for tier, value in chosen.margin.items()}
    for tier, margins in chosen.genuine_margin.items():
        flat |= {f"genuine_margin.{tier}.{kind}": value for kind, value in margins.items()}
    return flat


def _difference(name: str, old: str, new: str) -> Iterator[str]:
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return difflib.unified_diff(*lines, f"a/{name}", f"b/{name}")


def _records(rules: Rules, fitted: Fit) -> Iterator[dict[str, Json]]:
    """Yield each rule with its points, the settings, and what is to be said."""
    for rule in rules.rules:
        yield {"rule": rule.id, "before": rule.points, "after": fitted.points[rule.id]}
    numbers = _numbers(fitted)
    yield {"settings": dict(numbers.settings), "confidence": [[*row] for row in numbers.confidence]}
    yield {
        "postings": fitted.postings,
        "pull": fitted.pull,
        "loss_before": fitted.loss_before,
        "loss_after": fitted.loss_after,
        "silent": [*fitted.silent],
        "rare": [*fitted.rare],
    }


def _summary(labelled: Sequence[Labelled], rules: Rules, fitted: Fit) -> Iterator[str]:
    present = {rule.id: rule.points for rule in rules.rules}
    changed = sum(present[name] != points for name, points in fitted.points.items())
    employers = len({one.group for one in labelled if one.kind != "unclear"})
    yield _(
        "Fitted to {postings} postings of {employers} employers, pull {pull}.",
        postings=fitted.postings,
        employers=employers,
        pull=f"{fitted.pull:g}",
    )
    yield _(
        "{changed} of {present} rules have other points now.", changed=changed, present=len(present)
    )
    yield (
        _(
            "Mean loss on employers that were not fitted to (cross-validation, lower "
            "is better): {loss_before} with the present points, {loss_after} with "
            "these.",
            loss_before=f"{fitted.loss_before:.3f}",
            loss_after=f"{fitted.loss_after:.3f}",
        )
    )
    if fitted.loss_after >= fitted.loss_before:
        yield _("That is no gain: what is new here these labels do not support.")
    if fitted.silent:
        yield _(
            "Never fired, so nothing is known of them: {silent}", silent=", ".join(fitted.silent)
        )
    if fitted.rare:
        yield _("Fired for too few employers, so they stay: {rare}", rare=", ".join(fitted.rare))


def _write(paths: Sequence[Path], before: Sequence[str], after: Sequence[str], out: Path) -> None:
    own = len(before) - len(paths)
    override = overriding(out.stem, before[:own], after[:own])
    if override:
        try:
            with out.open("x", encoding="utf-8", newline="") as file:
                file.write(override)
        except FileExistsError as error:
            raise WrongUseError(_("{out} exists; name another file with --out", out=out)) from error
        print(
            _("Written: {out}, over the shipped packs; use it with --pack {out}", out=out),
            file=sys.stderr,
        )
    for path, old, new in zip(paths, before[own:], after[own:], strict=True):
        if old != new:
            path.write_bytes(new.encode())
            print(_("Written: {path}", path=path), file=sys.stderr)
    if before == after:
        print(_("Nothing changes, so nothing was written."), file=sys.stderr)
