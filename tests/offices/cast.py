"""Offices and posts for tests: the line of 济南, and who holds what in it."""

from __future__ import annotations

from backend.accounts.models import User
from backend.offices.models import Office, Post
from tests.world import LONG_AGO


def give(user: User, office: Office, role: str, **days: object) -> Post:
    """A post that began long ago."""
    made: Post = Post.objects.create(
        **{"user": user, "office": office, "role": role, "starts_on": LONG_AGO} | days
    )
    return made
