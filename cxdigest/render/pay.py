"""Pay and terms of work as the reader's language writes them, where their form is one we know.

Pure. ``£46,500 - £51,000 a year`` becomes ``46.500 £ bis 51.000 £ im Jahr``; whatever is written in
another way stays as the posting has it, and so does all of it in English. What the store keeps is
never changed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cxdigest.language import SOURCE, _, marked, spoken

_CURRENCIES = {
    "$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "CA$": "CAD", "A$": "AUD", "NZ$": "NZD",
    "S$": "SGD", "HK$": "HKD", "₹": "INR", "¥": "JPY", "R$": "BRL", "MX$": "MXN",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_AMOUNT = rf"(?:{_SIGN}|[A-Z]{{3}} )?\d{{1,3}}(?:,\d{{3}}){{0,3}}(?:\.\d\d)?"
_PAY = re.compile(
    rf"(?P<bound>from |up to )?(?P<low>{_AMOUNT})(?:\s?(?:-|–|to)\s?(?P<high>{_AMOUNT}))?"  # noqa: RUF001 - as postings write it
    r"(?: (?:an?|per) (?P<period>hour|day|week|month|year))?"
)
_PARTS = re.compile(rf"(?P<sign>{_SIGN}|[A-Z]{{3}} )?(?P<number>[\d,]+(?:\.\d\d)?)")
_LONGEST = 80
_PERIODS = {
    "hour": marked("{pay} an hour"),
    "day": marked("{pay} a day"),
    "week": marked("{pay} a week"),
    "month": marked("{pay} a month"),
    "year": marked("{pay} a year"),
}


def pay_words(salary: str) -> str:
    """Return *salary*, as a posting shows it, in the language that is spoken."""
    language = spoken()
    return salary if language == SOURCE or not salary else _pay_words(salary, language)


@lru_cache(maxsize=4096)
def _pay_words(salary: str, language: str) -> str:
    read = _PAY.fullmatch(salary) if len(salary) <= _LONGEST else None
    # A bare number of few digits may be anything.
    if read is None or not (read["period"] or _PARTS.fullmatch(read["low"])["sign"]):  # type: ignore[index] # a part of what matched
        return salary
    low, high = _amount(read["low"], language), _amount(read["high"] or "", language)
    if high:
        told = _("{low} to {high}", low=low, high=high)
    elif read["bound"] == "from ":
        told = _("from {pay}", pay=low)
    else:
        told = _("up to {pay}", pay=low) if read["bound"] else low
    per = _PERIODS.get(read["period"] or "")
    return _(per, pay=told) if per else told


def _amount(text: str, language: str) -> str:
    """Return an amount as *language* writes it, with its marks and its place of the currency."""
    read = _PARTS.fullmatch(text)
    if read is None:
        return ""
    from babel import Locale, numbers  # noqa: PLC0415 - Babel loads slowly, and English needs none

    number = float(read["number"].replace(",", ""))
    exact = "." in read["number"]
    if read["sign"] is None:
        return numbers.format_decimal(number, "#,##0.00" if exact else "#,##0", locale=language)
    sign = read["sign"].strip()
    pattern = str(Locale.parse(language).currency_formats["standard"].pattern)
    return numbers.format_currency(
        number,
        _CURRENCIES.get(sign, sign),
        pattern if exact else pattern.replace(".00", ""),
        locale=language,
        currency_digits=False,
    )


def employment_words(stated: str) -> str:
    """Return the terms of work, ``full-time, contract``, in the language that is spoken."""
    if spoken() == SOURCE or not stated:
        return stated
    return ", ".join(_(part) if part else "" for part in stated.split(", "))
