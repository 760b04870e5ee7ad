"""How far a distribution has come: how many have signed, in the whole tree below it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count

from backend.deliveries.models import Delivery, Distribution


class Receipts(NamedTuple):
    """Deliveries below a distribution by where they stand."""

    sent: int = 0
    opened: int = 0
    signed: int = 0
    returned: int = 0
    recalled: int = 0

    @property
    def waiting(self) -> int:
        """Who has not signed yet."""
        return self.sent + self.opened

    @property
    def receivers(self) -> int:
        """Who has it or is to have it."""
        return self.waiting + self.signed


def count_receipts(distribution: Distribution) -> Receipts:
    """The receipts of the whole tree below ``distribution``, in one statement."""
    below = Delivery.objects.below(distribution).order_by()
    return Receipts(**dict(below.values_list("state").annotate(Count("pk"))))
