"""Which posts somebody holds today, read from the row of the account: no request asks further for it.

The rooms above keep posts and offices; the database writes what they give to ``User.held_posts``.
A post begins and ends by its days, so each reading compares them with today.
"""

from __future__ import annotations

from typing import NamedTuple

from backend.accounts.models import Role, User
from backend.lib import clock


class PostOfAccount(NamedTuple):
    """A role in the region of an office, with its first and its last day as 2026-11-28; no end: empty."""

    role: str
    region: str
    starts_on: str
    ends_on: str


def posts_in_force(user: User) -> list[PostOfAccount]:
    """The posts that ``user`` holds today, the oldest first."""
    today = clock.today().isoformat()
    held = (PostOfAccount(*text.split(" ")) for text in user.held_posts)
    return [
        post
        for post in held
        if post.starts_on <= today and (not post.ends_on or today <= post.ends_on)
    ]


def roles_of(user: User) -> set[str]:
    """The roles in which ``user`` acts today; of an enterprise's account that one alone."""
    if user.role == Role.ENTERPRISE:
        return {user.role}
    return {post.role for post in posts_in_force(user)}
