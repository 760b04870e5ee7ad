"""Clients of the REST door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User

SignedIn = Callable[[User], APIClient]


@pytest.fixture
def as_user() -> SignedIn:
    """A client signed in as somebody."""

    def sign_in(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in
