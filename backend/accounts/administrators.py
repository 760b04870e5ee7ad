"""The first administrator of an installation, who opens all other accounts in the pages."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role, User
from geo.models import Region


def create_administrator(*, username: str, password: str, region: Region, name: str = "") -> User:
    """Open an administrator's account over ``region``.

    Raises ValidationError for a wrong or taken name and for a weak password.
    """
    user = User(username=username, role=Role.ADMINISTRATOR, region=region, display_name=name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    with attribute_changes_to(None, command="create_administrator"):
        user.save(force_insert=True)
    return user
