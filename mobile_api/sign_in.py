"""Signing in on a phone: the password, the second factor, and one token for each device."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.accounts.attempts import check_attempts, note_attempt
from backend.accounts.given_passwords import has_password_of_its_own
from backend.accounts.models import DeviceToken, SignIn, User
from backend.accounts.second_factor import lacks_second_factor
from backend.lib.problems import Refused


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

    Raises Refused (429) after too many failures, (401) ``sign-in-failed``, or ``otp-required`` when
    the account has a second factor and the code is missing or wrong, and (403)
    ``second-factor-missing`` when its role must have one, ``password-to-be-changed`` when an
    administrator gave the password. Only the hash of the token is kept.
    """
    check_attempts(request, username)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        note_attempt(request, username, SignIn.Outcome.FAILED)
        raise Refused("sign-in-failed", _("User name or password is wrong."), status=401)
    if not has_password_of_its_own(user):
        note_attempt(request, username, SignIn.Outcome.FAILED, user)
        text = _("This password was given to you. Sign in on the pages and choose your own first.")
        raise Refused("password-to-be-changed", text, status=403)
    if lacks_second_factor(user):
        note_attempt(request, username, SignIn.Outcome.SECOND_FACTOR, user)
        text = _("Your role needs a second factor. Sign in on the pages and set it up first.")
        raise Refused("second-factor-missing", text, status=403)
    if not _proves_second_factor(user, otp):
        note_attempt(request, username, SignIn.Outcome.SECOND_FACTOR, user)
        text = _("Give the code of your second factor.")
        raise Refused("otp-required", text, field="otp", status=401)
    with transaction.atomic():
        note_attempt(request, username, SignIn.Outcome.DONE, user)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        DeviceToken.objects.filter(user=user, device_id=device_id).delete()
        _row, token = DeviceToken.objects.create(
            user=user, device_id=device_id, device_name=device_name
        )
    return user, token


def _proves_second_factor(user: User, otp: str) -> bool:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    factors = list(Authenticator.objects.filter(user=user, type__in=kinds))
    return not factors or any(factor.wrap().validate_code(otp) for factor in factors if otp)
