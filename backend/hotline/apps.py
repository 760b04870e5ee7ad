"""The app of the hotline."""

from __future__ import annotations

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class HotlineConfig(AppConfig):
    """Refuses to start without keys that can seal a reporter's identity."""

    name = "backend.hotline"

    def ready(self) -> None:
        """Raises ImproperlyConfigured where a key has not the form of Fernet."""
        try:
            keys = [Fernet(key) for key in settings.REPORTER_KEYS]
        except ValueError:
            keys = []
        if not keys:
            raise ImproperlyConfigured(
                "REPORTER_KEYS needs keys of 32 bytes in URL-safe base64, parted by commas; make one"
                " with: openssl rand -base64 32 | tr '+/' '-_'"
            )
