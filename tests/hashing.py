"""How passwords are hashed while testing."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """The service's own hasher without its deliberate slowness; its hashes fit the service's."""

    iterations = 1_000
