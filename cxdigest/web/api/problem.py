"""How the API says what is wrong."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Problem details, as RFC 9457 has them."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What is wrong and the way out, in plain words.")
