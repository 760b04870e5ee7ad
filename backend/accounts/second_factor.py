"""Who must have a second factor."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from backend.accounts.models import User
from backend.accounts.posts_in_force import roles_of


def lacks_second_factor(user: User) -> bool:
    """Whether a role of ``user`` requires a second factor (``SECOND_FACTOR_ROLES``) and the user has none."""
    if roles_of(user).isdisjoint(settings.SECOND_FACTOR_ROLES):
        return False
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return not totp.exists()
