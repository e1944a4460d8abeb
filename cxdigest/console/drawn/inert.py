"""A mail that was sent, as a copy to be looked at: nothing in it leads anywhere or acts. Pure.

The links of a digest speak for its reader: whoever follows one says a word, ends the mails or lets
a digest go. So a copy has none, whoever looks at it. Its pictures are put into it, so that it loads
nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cxdigest.feedback import Signer
from cxdigest.model import Enclosure
from cxdigest.pipeline.links.review_links import PURPOSE as REVIEWS
from cxdigest.pipeline.links.ways_out import PURPOSE as UNSUBSCRIBES
from cxdigest.render import UNSUBSCRIBE

LEFT_OUT = "[link left out]"
_PURPOSES = ("feedback", UNSUBSCRIBES, REVIEWS)
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_PIECE = re.compile(r"[A-Za-z0-9_-]{20,512}")
#: What may lead somewhere, load something or send something.
_LEADING = ("href", "action", "formaction", "srcset", "background", "ping", "target", "xlink:href")
_GONE = "script, iframe, object, embed, form, base, link, meta[http-equiv], video, audio"
_PICTURES = re.compile(r"image/(?:png|jpeg|gif|webp)")


def inert_html(html: str, enclosures: Sequence[Enclosure]) -> str:
    """Return *html* without any link, with the pictures among *enclosures* inside it."""
    pictures = {f"cid:{one.cid}": one for one in enclosures if one.cid}
    tree = LexborHTMLParser(html)
    for node in tree.css(_GONE):
        node.decompose()
    for node in tree.css("*"):
        _silence(node, pictures)
    return tree.html or ""


def inert_text(text: str, signer: Signer) -> str:
    """Return *text* without the links that speak for its reader; those to postings stay."""
    speaks = _speaking(signer)
    return _LINK.sub(lambda found: LEFT_OUT if speaks(found[0]) else found[0], text)


def _silence(node: LexborNode, pictures: dict[str, Enclosure]) -> None:
    for name in list(node.attributes):
        if name in _LEADING or name.startswith("on"):
            del node.attrs[name]
    if "src" in node.attributes:
        one = pictures.get(node.attributes["src"] or "")
        if one and _PICTURES.fullmatch(one.media):
            coded = base64.b64encode(one.content).decode()
            node.attrs["src"] = f"data:{one.media};base64,{coded}"
        elif not (node.attributes["src"] or "").startswith("data:image/"):
            del node.attrs["src"]


def _speaking(signer: Signer) -> Callable[[str], bool]:
    """Return what tells whether a link carries a token that *signer* made, or will."""

    def speaks(link: str) -> bool:
        pieces = _PIECE.findall(unquote(link))
        return link.startswith(UNSUBSCRIBE) or any(
            signer.read(purpose, piece) is not None for piece in pieces for purpose in _PURPOSES
        )

    return speaks
