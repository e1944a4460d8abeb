"""Many folded texts as one row of words, each known by a hash. Needs NumPy. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_SPACE, _LETTER, _ALONE = 0, 1, 2  #: what a character is; commas and line breaks stand alone
_KINDS = np.full(65_536, _LETTER, np.uint8)
_KINDS[ord(" ")] = _SPACE
_KINDS[[ord(","), ord("\n")]] = _ALONE
_BASE = 0x9E3779B97F4A7C15  #: odd, so that its powers have inverses
_BLOCK = 1 << 17  #: characters
_STIR = 0xBF58476D1CE4E5B9  #: odd; spreads the words over the high bits


class Row:
    """The words, commas and line breaks of all texts, numbered through."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "\n".join((*texts, ""))
        units = _units(self.text)
        if len(units) != len(self.text):  # no letter of a word list lies beyond the basic plane
            units = _units("".join(char if char <= "\uffff" else "\ufffd" for char in self.text))
        kinds = _KINDS[units]
        letters = np.zeros(len(units) + 2, np.int8)
        letters[1:-1] = kinds == _LETTER
        edges = np.diff(letters)
        alone = kinds == _ALONE
        self.starts: Ints = np.flatnonzero((edges[:-1] == 1) | alone)
        self.ends: Ints = np.flatnonzero((edges[1:] == -1) | alone) + 1
        self.hashes = _hashes(units, self.starts, self.ends)
        is_break = units[self.starts] == ord("\n")
        #: How many line breaks stand before a word or are it: the number of its line.
        self.breaks: Ints = np.cumsum(is_break)
        #: Where the break before each line is, and at last where the row ends.
        self.edges: Ints = np.concatenate([[-1], self.starts[is_break], [len(self.text)]])
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        #: Where each text begins in the row.
        self.origins: Ints = np.cumsum(lengths) - lengths

    def __len__(self) -> int:
        return len(self.starts)

    def word(self, at: int) -> str:
        """Return the word numbered *at*."""
        return self.text[self.starts[at] : self.ends[at]]

    def line(self, lines: Ints) -> tuple[Ints, Ints]:
        """Return where each of *lines* begins and ends."""
        return self.edges[lines] + 1, self.edges[lines + 1]

    def text_of(self, words: Ints) -> Ints:
        """Return in which text each of *words* stands."""
        found: Ints = np.searchsorted(self.origins, self.starts[words], "right") - 1
        return found


def _units(text: str) -> npt.NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)


def _hashes(units: npt.NDArray[np.uint16], starts: Ints, ends: Ints) -> Hashes:
    """Return a polynomial of each word's characters, the same wherever the word stands.

    It is the difference of two sums over the row, so no word needs a loop; block by block, because
    a sum takes four times the room of the characters.
    """
    hashes = np.empty(len(starts), np.uint64)
    bounds = np.searchsorted(starts, np.arange(0, len(units) + _BLOCK, _BLOCK)).tolist()
    for first, last in pairwise(bounds):
        if first == last:
            continue
        low, high = int(starts[first]), int(ends[last - 1])
        powers, inverses = _powers((high - low).bit_length())
        sums = np.zeros(high - low + 1, np.uint64)
        np.multiply(powers[: high - low], units[low:high] + np.uint64(1), out=sums[1:])
        np.cumsum(sums, out=sums)
        mine = starts[first:last] - low
        hashes[first:last] = (sums[ends[first:last] - low] - sums[mine]) * inverses[mine]
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(_STIR)
    hashes |= np.uint64(1)  # none is 0, which marks an empty place in the vocabulary
    return hashes


@lru_cache(maxsize=2)
def _powers(bits: int) -> tuple[Hashes, Hashes]:
    inverse = pow(_BASE, -1, 1 << 64)
    return tuple(  # type: ignore[return-value]  # two of them
        np.cumprod(np.full(1 << bits, base, np.uint64)) for base in (_BASE, inverse)
    )
