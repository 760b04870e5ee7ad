"""Tries to sign in: each is kept for auditors, and too many failures are refused for a while.

Kept in the database and counted there, so that signing in needs no cache, and so that no account
is guessed by asking under another name of the host or through another door.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.accounts.models import SignIn, User
from backend.lib import clock
from backend.lib.callers import address_of, caller_key
from backend.lib.problems import Refused

FAILURE_SPAN = dt.timedelta(minutes=10)
KNOWN = dt.timedelta(days=90)
"""How long an address at which an account signed in is not shut out by others' failures."""


def check_attempts(request: HttpRequest, username: str) -> None:
    """Raise Refused ``too-many-sign-ins`` (429) where account or address failed too often of late."""
    address, now = caller_key(address_of(request)), clock.now()
    lately = SignIn.objects.filter(at__gte=now - FAILURE_SPAN, outcome__in=SignIn.FAILURES)
    if lately.filter(address=address).count() < settings.SIGN_IN_FAILURES_OF_ADDRESS:
        mine = lately.filter(username=fold_username(username))
        if mine.count() < settings.SIGN_IN_FAILURES_OF_ACCOUNT:
            return
        known = Q(username=fold_username(username), outcome=SignIn.Outcome.DONE, address=address)
        if SignIn.objects.filter(known, at__gte=now - KNOWN).exists():
            return
    text = _("Too many failed sign-ins. Try again in ten minutes, or ask your administration.")
    wait = int(FAILURE_SPAN.total_seconds())
    raise Refused("too-many-sign-ins", text, status=429, retry_after=wait)


def check_attempts_in_form(request: HttpRequest, username: str) -> None:
    """Raise ValidationError where account or address failed too often of late: ``check_attempts`` for a form."""
    try:
        check_attempts(request, username)
    except Refused as refused:
        raise ValidationError(str(refused.detail), code=refused.code) from None


def note_attempt(
    request: HttpRequest, username: str, outcome: SignIn.Outcome, user: User | None = None
) -> None:
    """Store one try to sign in: the name, the address, the door, and its outcome."""
    name = fold_username(username)
    SignIn.objects.create(
        at=clock.now(),
        username=name,
        user=user or User.objects.filter(username__iexact=name).first(),
        address=caller_key(address_of(request)),
        door=SignIn.Door.PHONE if request.path_info.startswith("/mobile/") else SignIn.Door.PAGE,
        outcome=outcome,
    )


def fold_username(username: str) -> str:
    """The user name in the one spelling under which tries are stored and counted."""
    return username.replace("\x00", "").strip().lower()[:150]
