"""Passwords that an administrator gives: shown once, of use for some days, to be replaced at once."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings

from backend.accounts.models import User
from backend.lib import clock

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look alike on a slip of paper."""


def give_password(user: User) -> str:
    """Set a password made at random on ``user``, who is not saved; returns it, to be told once."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(4))
    password = "-".join(groups)
    user.set_password(password)
    user.given_password_until = clock.now() + dt.timedelta(hours=settings.GIVEN_PASSWORD_HOURS)
    return password


def has_password_of_its_own(user: User) -> bool:
    """Whether the holder of the account chose the password himself."""
    return user.given_password_until is None


def is_given_password_over(user: User) -> bool:
    """Whether the password was given, and nobody replaced it in time."""
    until = user.given_password_until
    return until is not None and until <= clock.now()
