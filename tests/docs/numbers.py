"""``docs/reference/metrics.md``: what ``/metrics`` says, and when Alertmanager should hear of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from cxdigest import app
from cxdigest.config import load
from cxdigest.console.instance.metrics import metrics
from cxdigest.console.instance.vitals import vitals

ROOT = Path(__file__).parents[2]
_NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)  #: nothing of the page depends on it
_BEGIN = """# Metrics

This page is made from what `/metrics` answers; [Operations](../operations.md#prometheus) says how it is read, and by
whom. `process_…`, what the system says of this process, stands there too.

| metric | type | label and its values | what it is |
|---|---|---|---|
"""
_ALERTS = """
## When to be told

[deploy/prometheus-rules.yaml](../../deploy/prometheus-rules.yaml) holds these for Alertmanager:

| alert | says | where |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    with app.street(load(ROOT / "config.example.yaml"), clock=lambda: _NOW) as street:
        found = list(
            metrics(street, vitals(street, wake=timedelta(seconds=60)), street.store.sizes())
        )
    rows = ""
    for family in found:
        name = family.name + ("_total" if family.type == "counter" else "")
        labels: dict[str, list[str]] = {}
        for sample in family.samples:
            for label, value in sample.labels.items():
                labels.setdefault(label, []).append(value)
        told = "; ".join(
            f"`{label}`" + ("" if label == "version" else f": {', '.join(dict.fromkeys(values))}")
            for label, values in labels.items()
        )
        rows += f"| `{name}` | {family.type} | {told} | {family.documentation} |\n"
    written = yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yaml").read_text("utf-8"))
    alerts = "".join(
        f"| {rule['alert']} | {rule['annotations']['summary']} | `{_cell(rule['expr'])}`"
        + (f" for {rule['for']}" if "for" in rule else "")
        + " |\n"
        for group in written["groups"]
        for rule in group["rules"]
    )
    return _BEGIN + rows + _ALERTS + alerts


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
