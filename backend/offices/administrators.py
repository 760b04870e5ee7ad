"""Administrators: which offices they keep, and the first one of an installation."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role, User
from backend.accounts.rights import RIGHTS, Right
from backend.lib import clock
from backend.offices.models import Office, OfficeQuerySet, Post, post_in_force

_ADMINISTRATORS = [role for role, rights in RIGHTS.items() if Right.MANAGE_ACCOUNTS in rights]


def offices_administered_by(admin: User) -> OfficeQuerySet:
    """The offices in which ``admin`` is an administrator today, with all below them."""
    posts = Post.objects.filter(post_in_force(clock.today()), user=admin, role__in=_ADMINISTRATORS)
    return Office.objects.down_from(*Office.objects.filter(pk__in=posts.values("office")))


def create_administrator(*, username: str, password: str, office: Office, name: str = "") -> User:
    """Open an administrator's account of ``office`` and all below it; he opens the others in the pages.

    Raises ValidationError for a wrong or taken name and for a weak password.
    """
    user = User(
        username=username,
        role=Role.ADMINISTRATOR,
        region_id=office.region_id,
        display_name=name,
    )
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    with transaction.atomic(), attribute_changes_to(None, command="create_administrator"):
        user.save(force_insert=True)
        Post.objects.create(
            user=user, office=office, role=Role.ADMINISTRATOR, starts_on=clock.today()
        )
        user.refresh_from_db()
    return user
