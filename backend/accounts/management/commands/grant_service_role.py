"""Gives the role that serves requests its rights, and no more; run by the owner after migrate."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.accounts.servicerole import Role, TooMighty, grant_service_role


class Command(BaseCommand):
    """``manage.py grant_service_role``: names the role by DATABASE_URL, acts as DATABASE_OWNER_URL."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, or say what stands in the way."""
        service = urlsplit(settings.SERVICE_DATABASE_URL)
        if not settings.DATABASE_OWNER_URL or not service.username:
            raise CommandError(
                "Set DATABASE_OWNER_URL to the address of the owner of the tables, and DATABASE_URL"
                " to that of the role that serves requests."
            )
        role = Role(unquote(service.username), unquote(service.password or ""))
        try:
            grant_service_role(role)
        except TooMighty as error:
            raise CommandError(
                f"{role.name} owns the tables or is a superuser; name another role in DATABASE_URL."
            ) from error
        self.stdout.write(f"{role.name} may serve requests")
