"""What watches the instance: a probe at ``/healthz``, and Prometheus at ``/metrics``.

The probe is anybody's and says nothing of persons. The numbers are this machine's, or theirs who
show the token of the configuration. Both are kept some seconds, so that no probe costs much.
"""

from __future__ import annotations

import hmac
import importlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from cxdigest.console.instance.vitals import Vitals, vitals
from cxdigest.errors import CxdigestError, StoreError
from cxdigest.web.caller import is_at_home
from cxdigest.web.desk import AtDesk, Desk

router = APIRouter()
_WAKE = timedelta(seconds=60)  #: where nothing is configured
_BEARER = "bearer "
_METHODS = ["GET", "HEAD"]


@router.api_route("/healthz", methods=_METHODS)
def healthz(desk: AtDesk) -> Response:
    """Answer 200 where the work is done, else 503, with reasons."""
    try:
        told = _vitals(desk)
    except StoreError:
        return _answer("unreachable", problems=["The store cannot be reached."])
    except CxdigestError:
        return _answer("reachable", problems=["The rules cannot be used; the log says why."])
    return _answer(
        "reachable",
        problems=told.problems,
        attention=list(told.attention),
        last_wake=told.last_wake.isoformat() if told.last_wake else None,
        oldest_due=told.oldest_due.isoformat() if told.oldest_due else None,
    )


@router.api_route("/metrics", methods=_METHODS)
def scrape(request: Request, desk: AtDesk) -> Response:
    """Answer with the instance's numbers."""
    if not _may_read(request, desk):
        return PlainTextResponse(
            "Ask from this machine, or show web.metrics_token as a bearer token.\n",
            status_code=HTTPStatus.UNAUTHORIZED,
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )

    # Loaded here, since most instances are never scraped.
    numbers = importlib.import_module("cxdigest.console.instance.metrics")

    def read() -> bytes:
        street = desk.now()
        sizes = desk.sizes.get("sizes", desk.clock(), street.store.sizes)
        with street.store.one_view():
            return bytes(numbers.exposition(numbers.metrics(street, _vitals(desk), sizes)))

    return Response(desk.scraped.get("metrics", desk.clock(), read), media_type=numbers.MEDIA)


def _vitals(desk: Desk) -> Vitals:
    wake = desk.config.worker.wake if desk.config else _WAKE
    return desk.vitals.get("vitals", desk.clock(), lambda: vitals(desk.now(), wake=wake))


def _may_read(request: Request, desk: Desk) -> bool:
    if is_at_home(request):
        return True
    web = desk.config.web if desk.config else None
    if web is None or web.metrics_token is None:
        return False
    given = request.headers.get("authorization", "")
    shown = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
    return hmac.compare_digest(shown.encode(), web.metrics_token.get_secret_value().encode())


def _answer(store: str, *, problems: Sequence[str], **told: object) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    word = "failing" if problems else "ok"
    return JSONResponse(
        {"status": word, "store": store, "problems": list(problems), **told}, status_code=status
    )
