"""Acting for an entity by consent: somebody is asked, and accepts or declines.

Asking tells nobody whether there is such an account, and takes nobody in who did not agree.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.directory.actions import require_over
from backend.directory.models import Invitation, LegalEntity, Membership
from backend.lib import clock
from backend.lib.problems import not_found

LIFE = dt.timedelta(days=30)


def invite(*, actor: User, username: str, entity: LegalEntity) -> Invitation:
    """Ask whoever signs in as ``username`` to act for ``entity``; asked again it ends later.

    Raises Refused: 403 without the right, 404 for an entity outside the jurisdiction.
    """
    require_right(actor, Right.MANAGE_DIRECTORY)
    require_over(actor, Right.MANAGE_DIRECTORY, entity)
    now = clock.now()
    with transaction.atomic(), attribute_changes_to(actor):
        invitation, _new = Invitation.objects.update_or_create(
            entity=entity,
            username=username.strip().lower(),
            defaults={"invited_by": actor, "made_at": now, "ends_at": now + LIFE},
        )
    return invitation


def accept_invitation(*, actor: User, invitation: int) -> Membership:
    """Act for the entity from now on. Raises Refused (404) for an invitation of somebody else."""
    with transaction.atomic(), attribute_changes_to(actor):
        mine = Invitation.objects.open_to(actor).select_for_update()
        found = mine.filter(pk=invitation).first()
        if found is None:
            raise _no_such_invitation()
        membership, _new = Membership.objects.get_or_create(user=actor, entity=found.entity)
        found.delete()
    return membership


def end_invitation(*, actor: User, invitation: int) -> None:
    """Decline one's own, or take back one that was made. Raises Refused (404)."""
    with transaction.atomic(), attribute_changes_to(actor):
        seen = Invitation.objects.visible_to(actor).filter(pk=invitation)
        ended, _rows = Invitation.objects.filter(pk__in=seen.values("pk")).delete()
    if not ended:
        raise _no_such_invitation()


def _no_such_invitation() -> Exception:
    return not_found(_("There is no such invitation any more."))
