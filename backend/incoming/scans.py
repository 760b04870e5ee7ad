"""Reading the scan of what came on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence.access import ORIGINAL, photo_url
from backend.incoming.models import IncomingDocument
from backend.lib.problems import not_found
from backend.matters.models import Matter


def sign_scan(*, actor: User, incoming: int) -> str:
    """An address of the scan as it came, for two minutes, for whoever sees its matter.

    Raises Refused: 404 where there is none; 409 ``photo-not-ready`` while it is on its way.
    """
    seen = Matter.objects.visible_to(actor).filter(pk=incoming)
    found = IncomingDocument.objects.filter(matter__in=seen).select_related("scan").first()
    if found is None or found.scan is None:
        raise not_found(_("There is no such scan."))
    return photo_url(user=actor, file=found.scan, may_see=lambda _user, _file: True, kind=ORIGINAL)
