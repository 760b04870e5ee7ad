"""What a citizen told, before it is a matter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point

from backend.accounts.models import User
from backend.evidence.models import File
from backend.hotline.models import Channel, Nature
from backend.hotline.sealed_identity import NOBODY, Identity
from backend.units.models import Unit


@dataclass(frozen=True)
class Letter:
    """What was told in one go, by whichever door.

    ``facts`` are columns of ``HotlineMatter``; ``region`` the county that the citizen chose, for
    where no position tells it.
    """

    key: uuid.UUID
    natures: tuple[Nature, ...]
    channel: Channel
    account: str
    demand: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    reporter: Identity = NOBODY
    confidential: bool = True
    position: Point | None = None
    region: str = ""
    unit: Unit | None = None
    photos: Sequence[File] = ()
    sent_by: User | None = None
    """Whose program sent it, where one did."""
