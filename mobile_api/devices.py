"""Signing in and out, one token for each device."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.accounts.models import DeviceToken, User
from backend.lib.problems import Refused, not_found


def sign_in(
    *,
    request: HttpRequest,
    username: str,
    password: str,
    device_id: str,
    device_name: str = "",
    otp: str = "",
) -> tuple[User, str]:
    """A new token for this device; the device's earlier one ends, other devices stay signed in.

    Raises Refused (401): ``sign-in-failed``, or ``otp-required`` when the account has a second
    factor and the code is missing or wrong. Only the hash of the token is kept.
    """
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise Refused("sign-in-failed", _("User name or password is wrong."), status=401)
    with transaction.atomic():
        _check_second_factor(user, otp)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        DeviceToken.objects.filter(user=user, device_id=device_id).delete()
        _row, token = DeviceToken.objects.create(
            user=user, device_id=device_id, device_name=device_name
        )
    return user, token


def revoke(*, actor: User, device_id: str) -> None:
    """End the actor's sign-in on one device. Raises Refused (404) where there is none."""
    ended, _rows = DeviceToken.objects.filter(user=actor, device_id=device_id).delete()
    if not ended:
        raise not_found(_("You are not signed in on such a device."))


def _check_second_factor(user: User, otp: str) -> None:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    factors = list(Authenticator.objects.filter(user=user, type__in=kinds))
    if not factors or any(factor.wrap().validate_code(otp) for factor in factors if otp):
        return
    text = _("Give the code of your second factor.")
    raise Refused("otp-required", text, field="otp", status=401)
