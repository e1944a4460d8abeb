"""Whose a host is: the name that somebody registered, by the list of public suffixes. Pure."""

from __future__ import annotations

from functools import lru_cache

from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=4096)
def organisation(host: str) -> str:
    """Return the domain that somebody registered, above *host*; *host* where there is none."""
    return _suffixes().privatesuffix(host.lower().rstrip(".")) or host


def own_label(host: str) -> str:
    """Return what its owner called *host*: ``jobs.tarn.co.uk`` is called ``tarn``."""
    return organisation(host).partition(".")[0]


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
