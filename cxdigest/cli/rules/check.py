"""``cxdigest rules check``: lint rule packs and run every rule's own examples."""

from __future__ import annotations

import json as jsonlib
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from cxdigest.cli.rules.packs import read_packs
from cxdigest.errors import PackError, Problem
from cxdigest.language import _
from cxdigest.rules import Rules, load
from cxdigest.rules.trials.examples import check_examples
from cxdigest.text import printable


def check(packs: list[Path], *, json: bool) -> int:
    """Check *packs* beside the shipped ones, or the shipped ones alone; return the exit code.

    1: a pack has problems or an example does not hold; 2: a file cannot be opened.

    Raises:
        PackError: a file cannot be opened.
    """
    named = read_packs(packs)
    try:
        rules = load(named)
    except PackError as error:
        _show_problems(error.problems, json=json)
        return 1
    problems = check_examples(rules)
    _show_problems(problems, json=json)
    if not problems and not json:
        _show_counts(rules)
    return int(bool(problems))


def _show_problems(problems: Sequence[Problem], *, json: bool) -> None:
    if json:
        for problem in problems:
            sys.stdout.write(jsonlib.dumps(_record(problem), ensure_ascii=False) + "\n")
    elif problems:
        typer.echo(printable(str(PackError(problems))), err=True)


def _record(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.where,
        "line": problem.line,
        "key": problem.key,
        "problem": problem.what,
        "instead": problem.instead,
        "text": problem.text,
    }


def _show_counts(rules: Rules) -> None:
    every = rules.all_rules.rules
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("pack")
    for name in ("rules", "off", "examples"):
        table.add_column(name, justify="right")
    examples = Counter[str]()
    for rule in every:
        examples[rule.pack] += len(rule.examples)
    for pack, count in Counter(rule.pack for rule in every).items():
        off = sum(rule.status == "off" for rule in every if rule.pack == pack)
        table.add_row(pack, str(count), str(off), str(examples[pack]))
    console = Console(highlight=False)
    console.print(table)
    console.print(
        _("Every example holds. These are the rules {fingerprint}.", fingerprint=rules.fingerprint)
    )
