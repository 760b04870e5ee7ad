"""To which offices a paper can be sent: those that exist, and do not have it already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from backend.deliveries.models import Delivery
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.competence import find_heir
from backend.offices.models import Office, office_in_force
from backend.papers.models import Paper

_FIELD = "receiver_offices"


def get_receivers(asked: Sequence[int], *, sender: int, paper: Paper) -> list[Office]:
    """The offices of these keys, each once, all of them.

    Raises Refused: 422 ``receivers-missing``, ``receiver-is-sender``, ``receiver-unknown``,
    ``office-ended`` which names who took over; 409 ``delivered-already``, which names who has it.
    """
    if not asked:
        raise Refused("receivers-missing", _("Choose at least one office."), field=_FIELD)
    if sender in asked:
        told = _("The sender has the paper. Leave it out of the receivers.")
        raise Refused("receiver-is-sender", told, field=_FIELD)
    offices = list(Office.objects.filter(pk__in=set(asked)).select_related("successor"))
    if len(offices) != len(set(asked)):
        raise Refused("receiver-unknown", _("Choose offices that exist."), field=_FIELD)
    _refuse_ended(offices)
    have_it = Delivery.objects.filter(paper=paper, receiver__in=offices).exclude(
        state__in=(Delivery.State.RETURNED, Delivery.State.RECALLED)
    )
    names = [*have_it.values_list("receiver__name", flat=True)]
    if names:
        told = _("These have it already: %(names)s. Leave them out.") % {"names": "、".join(names)}
        raise Refused("delivered-already", told, field=_FIELD, status=409)
    return offices


def _refuse_ended(offices: Iterable[Office]) -> None:
    today = clock.today()
    in_force = set(Office.objects.filter(office_in_force(today)).values_list("pk", flat=True))
    told = []
    for office in offices:
        if office.pk in in_force:
            continue
        heir = find_heir(office, today)
        facts = {"name": office.name, "heir": heir.name if heir else ""}
        text = _("%(name)s has become %(heir)s") if heir else _("%(name)s does not exist today")
        told.append(text % facts)
    if told:
        text = _("Choose who does the work now: %(names)s.") % {"names": "; ".join(told)}
        raise Refused("office-ended", text, field=_FIELD)
