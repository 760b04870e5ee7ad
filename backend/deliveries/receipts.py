"""How far a distribution has come: how many have signed, in the whole tree below it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count

from backend.deliveries.models import Delivery, Distribution
from backend.directory.models import Authority


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
    below = Delivery.objects.descending_from(distribution).order_by()
    return Receipts(**dict(below.values_list("state").annotate(Count("pk"))))


class LevelReceipts(NamedTuple):
    """The receipts of the authorities of one level; ``level`` is its name, empty for inspection bodies."""

    level: str
    receipts: Receipts


def count_receipts_by_level(distribution: Distribution) -> list[LevelReceipts]:
    """The same by the level of the receivers' authorities, the highest first, in one statement."""
    below = Delivery.objects.descending_from(distribution).order_by()
    counted: dict[str, dict[str, int]] = {}
    for level, state, count in below.values_list("receiver__authority__level", "state").annotate(
        Count("pk")
    ):
        counted.setdefault(level or "", {})[state] = count
    names = {**dict(Authority.Level.choices), "": ""}
    return [
        LevelReceipts(str(name), Receipts(**counted[level]))
        for level, name in names.items()
        if level in counted
    ]
