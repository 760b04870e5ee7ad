"""The secret address of somebody's calendar feed: made, renewed and ended by himself."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import CalendarFeed
from backend.lib import clock
from backend.lib.problems import not_allowed
from backend.offices.seats import Seats

_BYTES = 32


def renew_feed(*, actor: User) -> tuple[CalendarFeed, str]:
    """A new address for the actor's feed, the first or instead of the one before, which ends.

    Returns its row and the token, told once. Raises Refused 403 for who holds no post.
    """
    if not Seats.of(actor).seats:
        raise not_allowed(_("Only who holds a post has a calendar feed."))
    token = secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        feed, _new = CalendarFeed.objects.update_or_create(
            user=actor, defaults={"digest": _digest_of_token(token), "made_at": clock.now()}
        )
    return feed, token


def end_feed(*, actor: User) -> None:
    """Let the address of the actor's feed lead nowhere; without one nothing happens."""
    CalendarFeed.objects.filter(user=actor).delete()


def write_address(token: str) -> str:
    """Where the feed with this token is read."""
    return f"{settings.PUBLIC_BASE_URL}/calendar/{token}.ics"


def find_reader(token: str) -> User | None:
    """Whose feed has this token; None where it ended or he left.

    Somebody left when his account is closed or he holds no post any more.
    """
    feed = (
        CalendarFeed.objects.select_related("user").filter(digest=_digest_of_token(token)).first()
    )
    if feed is None:
        return None
    return feed.user if Seats.of(feed.user).seats else None


def _digest_of_token(token: str) -> str:
    """What is kept of a token. It is long and random, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
