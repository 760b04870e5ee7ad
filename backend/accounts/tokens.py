"""Sign-in by a device's token: one query, and no words about why a token is not taken."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hmac import compare_digest
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts.factors import lacks_second_factor
from backend.accounts.models import DeviceToken, User
from backend.lib import clock
from backend.lib.prepared import fetch_prepared

_TOKEN = [field.attname for field in DeviceToken._meta.concrete_fields]
_USER = [field.attname for field in User._meta.concrete_fields]
_COLUMNS = [f"token.{name}" for name in _TOKEN] + [f"person.{name}" for name in _USER]
_SELECT = f"""
    SELECT {", ".join(_COLUMNS)}
    FROM accounts_devicetoken token JOIN accounts_user person ON person.id = token.user_id
    WHERE token.token_key = %s"""  # noqa: S608 - names of columns


class DeviceTokenAuthentication(TokenAuthentication):  # type: ignore[misc]
    """Knox's ``Authorization: Token …``, read with its user in one query.

    Knox looks through all of a user's tokens on each request to delete expired ones; here a
    token lives until it is revoked, and an expired one is simply refused.
    """

    def authenticate(self, request: Request) -> tuple[User, DeviceToken] | None:
        """By ``Token`` or ``Bearer``, or by Basic with the token as the password, which is all that
        older programs of maps can send; None where there is nothing of these."""
        scheme, _space, told = get_authorization_header(request).partition(b" ")
        if scheme.lower() in (b"token", b"bearer"):
            return self.authenticate_credentials(told.strip())
        if scheme.lower() == b"basic":
            return self.authenticate_credentials(_password(told))
        return None

    def authenticate_credentials(self, token: bytes) -> tuple[User, DeviceToken]:
        """The user and the token's row; raises AuthenticationFailed (401)."""
        try:
            text = token.decode("ascii")
            digest = hash_token(text)
        except ValueError:
            raise _not_taken() from None
        key = text[: CONSTANTS.TOKEN_KEY_LENGTH]
        for row in _tokens_of(key):
            if compare_digest(digest, row.digest) and _lives(row):
                return row.user, row
        raise _not_taken()


def _tokens_of(key: str) -> Iterator[DeviceToken]:
    """The tokens that begin with ``key``, each with its user."""
    for values in fetch_prepared(_SELECT, [key]):
        token: DeviceToken = DeviceToken.from_db("default", _TOKEN, values[: len(_TOKEN)])
        token.user = User.from_db("default", _USER, values[len(_TOKEN) :])
        yield token


def _password(told: bytes) -> bytes:
    try:
        _name, _colon, password = base64.b64decode(told, validate=True).partition(b":")
    except ValueError:
        raise _not_taken() from None
    return password


def _lives(row: Any) -> bool:
    ended = row.expiry is not None and row.expiry <= clock.now()
    return row.user.is_active and not ended and not lacks_second_factor(row.user)


def _not_taken() -> AuthenticationFailed:
    return AuthenticationFailed(_("The token is not valid. Sign in again."))


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names this sign-in."""

    target_class = DeviceTokenAuthentication
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The scheme: ``Authorization: Token <token>``."""
        scheme: dict[str, Any] = build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix=self.target.authenticate_header("")
        )
        return scheme
