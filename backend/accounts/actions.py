"""What people do with their own sign-ins."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import DeviceToken, User
from backend.lib.problems import not_found


def end_own_sign_in(*, actor: User, device_id: str) -> None:
    """End the actor's sign-in on one device. Raises Refused (404) where there is none."""
    ended, _rows = DeviceToken.objects.filter(user=actor, device_id=device_id).delete()
    if not ended:
        raise not_found(_("You are not signed in on such a device."))


def sign_out_everywhere(*, actor: User) -> None:
    """End all the actor's sessions and devices; the database ends the tokens with the count."""
    with attribute_changes_to(actor):
        User.objects.filter(pk=actor.pk).update(sign_outs=F("sign_outs") + 1)
