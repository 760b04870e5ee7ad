"""Urging (催办) offices to sign for what they received."""

from __future__ import annotations

from typing import NoReturn

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.deliveries.models import Delivery, DeliveryQuerySet, Distribution
from backend.deliveries.news import tell_receivers
from backend.deliveries.posts import require_mailroom, require_seat
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.matters.urges import NOT_AGAIN_WITHIN, seconds_of_rest
from backend.notifications.models import Kind


def urge_receivers(*, actor: User, distribution: int) -> int:
    """Urge all below a distribution of one's office who have not signed yet; returns how many.

    Who was urged within the last hours is left in peace. Raises Refused: 403, 404; 409
    ``nobody-to-urge`` where all have signed; 429 ``urged-already`` where all were urged just now.
    """
    require_mailroom(actor)
    rows = Distribution.objects.visible_to(actor).select_related("sender", "paper")
    found = rows.filter(pk=distribution).first()
    if found is None:
        raise not_found(_("There is no such distribution for you."))
    require_seat(actor, found.sender)
    now = clock.now()
    with transaction.atomic(), attribute_changes_to(actor):
        waiting = Delivery.objects.descending_from(found).waiting()
        rested = Q(urged_at=None) | Q(urged_at__lte=now - NOT_AGAIN_WITHIN)
        due = waiting.filter(rested).order_by("pk").select_for_update(no_key=True, of=("self",))
        offices = dict(due.values_list("pk", "receiver"))
        if not offices:
            _refuse_urging(waiting)
        Delivery.objects.filter(pk__in=offices).update(urged_at=now)
        tell_receivers(found, offices.values(), Kind.URGED)
    return len(offices)


def _refuse_urging(waiting: DeliveryQuerySet) -> NoReturn:
    last = waiting.aggregate(last=Max("urged_at"))["last"]
    if last is None:
        raise Refused("nobody-to-urge", _("Everybody has signed for it."), status=409)
    told = _("All who have not signed were urged just now. Wait some hours.")
    raise Refused("urged-already", told, status=429, retry_after=seconds_of_rest(last))
