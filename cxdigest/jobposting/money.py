"""What a job pays, written from its parts: ``$60,000-$75,000 a year``. Opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cxdigest.jobposting.nodes import Node, inside, listed, words

_SIGNS = {
    "USD": "$", "GBP": "£", "EUR": "€", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "SGD": "S$",
    "HKD": "HK$", "INR": "₹", "JPY": "¥", "BRL": "R$", "MXN": "MX$",
}  # fmt: skip
_PERIODS = (
    ("hour", re.compile(r"hour|hr|\bh\b|stunde|heure|hora|pt1h", re.IGNORECASE)),
    ("day", re.compile(r"day|dai|tag|jour|\bdía|p1d", re.IGNORECASE)),
    ("week", re.compile(r"week|woche|semaine|p1w", re.IGNORECASE)),
    ("month", re.compile(r"mon|mois|\bmes\b|p1m", re.IGNORECASE)),
    ("year", re.compile(r"year|ann|yr|jahr|\ban\b|año|p1y|per_?anno", re.IGNORECASE)),
)
_NUMBER = re.compile(r"[-+]?\d[\d,.' \u00a0\u202f]*")
_LARGEST = 1e9  #: beyond, it is no pay


def pay(
    low: object,
    high: object = None,
    *,
    currency: object = "",
    period: object = "",
    single: object = None,
) -> str:
    """Write a pay from its parts, any of which may be missing; ``""`` without a number."""
    numbers = [_number(one) for one in (low, high, single)]
    least, most, exact = (_amount(number, words(currency)) for number in numbers)
    if least and most and least != most:
        amount = f"{least}-{most}"
    elif least and not (most or exact):
        amount = f"from {least}"
    elif most and not (least or exact):
        amount = f"up to {most}"
    else:
        amount = exact or least
    per = _period(words(period))
    return f"{amount} a{'n' if per == 'hour' else ''} {per}" if amount and per else amount


def pay_of(node: Mapping[str, Any], named: Mapping[str, Node]) -> str:
    """Return the pay that a JobPosting states as its ``baseSalary``, in whichever shape."""
    currency, unit = words(node.get("salaryCurrency")), node.get("unitText")
    for one in listed(node.get("baseSalary")):
        for amount in inside({"v": one}, "v", named):
            if text := _of_node(amount, named, currency=currency, unit=unit):
                return text
        if not isinstance(one, dict) and (text := words(one)):
            return _plain(text, currency, unit)
    return _worded(words(node.get("salary")))


def _worded(text: str) -> str:
    return text if re.search(r"\d", text) else ""


def _of_node(node: Node, named: Mapping[str, Node], *, currency: str, unit: object) -> str:
    currency = words(node.get("currency")) or words(node.get("currencyCode")) or currency
    unit = node.get("unitText") or node.get("unitCode") or node.get("duration") or unit
    for amount in (*inside(node, "value", named), node):
        text = pay(
            amount.get("minValue"),
            amount.get("maxValue"),
            single=amount.get("value"),
            currency=amount.get("currency") or currency,
            period=amount.get("unitText") or amount.get("unitCode") or unit,
        )
        if text:
            return text
    return next(_texts(node, currency, unit), "")


def _texts(node: Node, currency: str, unit: object) -> Iterator[str]:
    for one in listed(node.get("value")):
        if isinstance(one, str) and (text := _plain(words(one), currency, unit)):
            yield text


def _plain(text: str, currency: str, unit: object) -> str:
    """Read a pay that is one word: a number gets currency and period, all else stays as shown."""
    return pay(None, single=text, currency=currency, period=unit) or _worded(text)


def _number(value: object) -> float:
    """Return the amount in *value*, 0 where it is none or more than a number."""
    for one in listed(value)[:1]:
        if isinstance(one, bool | dict):
            return 0
        if isinstance(one, int | float):
            return float(one) if 0 < one < _LARGEST else 0
        if isinstance(one, str) and _NUMBER.fullmatch(one.strip()):
            return _read(one.strip())
    return 0


def _read(text: str) -> float:
    """Read ``60,000``, ``60.000``, ``60 000``, ``17.5`` and ``60.000,00``."""
    text = re.sub(r"['\s\u00a0\u202f]", "", text[:40])
    if found := re.search(r"[.,](\d{1,2})$", text):
        text = f"{re.sub(r'[.,]', '', text[: found.start()])}.{found[1]}"
    else:
        text = re.sub(r"[.,]", "", text)
    try:
        number = float(text)
    except ValueError:
        return 0
    return number if 0 < number < _LARGEST else 0


def _amount(number: float, currency: str) -> str:
    if not number:
        return ""
    text = f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"
    code = currency.upper().strip()
    sign = _SIGNS.get(code, code if code in _SIGNS.values() else "")
    return f"{sign}{text}" if sign else f"{code[:8]} {text}".strip()


def _period(unit: str) -> str:
    return next((period for period, spelled in _PERIODS if spelled.search(unit)), "")
