"""The inspection body of who is signed in, as phones are told it."""

from __future__ import annotations

from typing import TypedDict

from backend.accounts.models import User
from backend.directory.bodies import inspection_body_of


class BodyDocument(TypedDict):
    """The number and the name of an inspection body."""

    id: int
    name: str


def load_body_document(user: User) -> BodyDocument | None:
    """The body that ``user`` acts for, if one."""
    body = inspection_body_of(user)
    return {"id": body.pk, "name": body.name} if body else None
