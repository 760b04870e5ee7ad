"""Tells offices by a notification what came to them, what came back, and what is urged."""

from __future__ import annotations

from collections.abc import Collection

from backend.deliveries.models import Distribution
from backend.deliveries.posts import ROLES
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.offices.seats import people_at


def tell_receivers(
    distribution: Distribution, offices: Collection[int], kind: Kind = Kind.ASSIGNED
) -> None:
    """Notify who signs for ``offices``, and their substitutes, that the paper waits for them."""
    notify(
        recipients=people_at(offices, ROLES),
        kind=kind,
        number=distribution.paper.number or "",
        day=distribution.sign_by,
        path="/desk/deliveries/",
    )


def tell_office(distribution: Distribution) -> None:
    """Notify who sends for the office that something of its distribution came back."""
    notify(
        recipients=people_at([distribution.sender_id], ROLES),
        kind=Kind.ASSIGNED,
        number=distribution.paper.number or "",
        path=f"/desk/deliveries/sent/{distribution.pk}/",
    )
