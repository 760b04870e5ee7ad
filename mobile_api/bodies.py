"""The inspection body of who is signed in, as phones are told it."""

from __future__ import annotations

from typing import TypedDict

from backend.accounts.models import User
from backend.directory.bodies import body_of


class ToldBody(TypedDict):
    """Its number and its name."""

    id: int
    name: str


def told_body(user: User) -> ToldBody | None:
    """The body that ``user`` acts for, if one."""
    body = body_of(user)
    return {"id": body.pk, "name": body.name} if body else None
