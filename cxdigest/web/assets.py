"""The files that pages load: shipped, served from here alone, kept by browsers by their content."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from http import HTTPStatus
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from cxdigest.render.templates import shipped_folder

router = APIRouter()
_YEAR = "public, max-age=31536000, immutable"
_MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
#: Styles lie with the templates, where people may change them; programs with the code.
_STYLES = ("console.css",)
_PROGRAMS = ("htmx.min.js", "zone.js")


@cache
def asset(name: str) -> bytes:
    """Return the file of this *name*.

    Raises:
        KeyError: there is no such file.
    """
    if name in _STYLES:
        return (shipped_folder() / "web" / "console" / name).read_bytes()
    if name in _PROGRAMS:
        return files("cxdigest.web").joinpath("static", name).read_bytes()
    raise KeyError(name)


@cache
def _packed(name: str) -> bytes:
    """Return a file packed; it holds no secret, so its length tells none."""
    return gzip.compress(asset(name), mtime=0)


@cache
def address_of(name: str) -> str:
    """Return the address of the file *name*; another where its content is another."""
    return f"/assets/{hashlib.sha256(asset(name)).hexdigest()[:12]}/{name}"


@router.api_route("/assets/{version}/{name}", methods=["GET", "HEAD"])
def give(request: Request, version: str, name: str) -> Response:
    """Give a file out."""
    del version
    try:
        content = asset(name)
    except KeyError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    kept = _YEAR if request.url.path == address_of(name) else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = _packed(name), "gzip"
    return Response(content, media_type=_MEDIA[name.rpartition(".")[2]], headers=headers)
