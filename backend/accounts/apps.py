"""What is checked of the settings as soon as the roles are known, however the service starts."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class AccountsConfig(AppConfig):
    """Accounts. Raises ImproperlyConfigured at the start for a role that nobody can have."""

    name = "backend.accounts"

    def ready(self) -> None:
        """Compare the roles that must have a second factor with those that there are."""
        field: Any = self.get_model("User")._meta.get_field("role")
        roles = [value for value, _label in field.choices]
        unknown = sorted(set(settings.SECOND_FACTOR_ROLES) - set(roles))
        if unknown:
            raise ImproperlyConfigured(
                f"SECOND_FACTOR_ROLES names {', '.join(unknown)}; there are {', '.join(roles)}"
            )
