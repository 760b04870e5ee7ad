"""Numbers that are taken: told, for nobody is entered twice, but not as often as somebody asks.

The identity number of a natural person is masked. Whoever enters one that exists learns that it
does, so each such try is kept as a look at that person, and few are allowed.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.directory.models import LegalEntity, PersonalDataLook
from backend.lib import clock
from backend.lib.problems import Refused

MOST_TRIES = 3
SPAN = dt.timedelta(days=1)
NUMBER_TRIED = "number-tried"
"""The reason under which a try is kept; what people write themselves is longer."""


def check_number_free(actor: User, entity: LegalEntity) -> None:
    """Raise Refused 409 ``entity-exists`` for a number that another has, and 429
    ``too-many-numbers`` for a natural person's, be it taken or not, after too many were."""
    if not entity.uscc:
        return
    now = clock.now()
    tries = PersonalDataLook.objects.filter(user=actor, reason=NUMBER_TRIED, at__gte=now - SPAN)
    if entity.natural_person and tries.count() >= MOST_TRIES:
        text = _("Too many numbers of people who are entered already. Try again tomorrow.")
        wait = int(SPAN.total_seconds())
        raise Refused("too-many-numbers", text, field="uscc", status=429, retry_after=wait)
    taken = LegalEntity.objects.filter(uscc=entity.uscc).exclude(pk=entity.pk).first()
    if taken is None:
        return
    if taken.natural_person:
        PersonalDataLook.objects.create(user=actor, entity=taken, reason=NUMBER_TRIED, at=now)
    raise entity_exists_refusal()


def entity_exists_refusal() -> Refused:
    """The refusal (409) for a number that another entity has already."""
    text = _("An entity with this number exists already. Use that one.")
    return Refused("entity-exists", text, field="uscc", status=409)
