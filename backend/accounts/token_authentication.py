"""Sign-in by the token of a device or a program: one query, and no words about why a token is not taken."""

from __future__ import annotations

import base64
import functools
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

from backend.accounts.models import DeviceToken, ProgramToken, User
from backend.accounts.second_factor import lacks_second_factor
from backend.accounts.token_scopes import require_scope
from backend.lib import clock
from backend.lib.prepared import fetch_prepared

_USER = [field.attname for field in User._meta.concrete_fields]


class TokenEnded(AuthenticationFailed):
    """There is no such sign-in any more: it was ended before its time, as that of a lost phone is.

    A phone that is told so erases what it carries of the register. One whose time ran out is not
    told so.
    """

    default_code = "token-ended"
    default_detail = _("This sign-in was ended. Sign in again.")


class HeaderTokenAuthentication(TokenAuthentication):  # type: ignore[misc]
    """Knox's ``Authorization: Token …``, read with its user in one query.

    Knox looks through all of a user's tokens on each request to delete expired ones; here a
    token lives until it is revoked, and an expired one is simply refused.
    """

    kept: type[DeviceToken] | type[ProgramToken]
    """Where the tokens are kept."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        """By ``Token`` or ``Bearer``, or by Basic with the token as the password, which is all that
        older programs of maps can send; None where there is nothing of these."""
        scheme, _space, told = get_authorization_header(request).partition(b" ")
        if scheme.lower() in (b"token", b"bearer"):
            return self.authenticate_credentials(told.strip())
        if scheme.lower() == b"basic":
            return self.authenticate_credentials(_basic_password(told))
        return None

    def authenticate_credentials(self, token: bytes) -> tuple[User, Any] | None:
        """The user and the token's row; raises AuthenticationFailed (401)."""
        try:
            text = token.decode("ascii")
            digest = hash_token(text)
        except ValueError:
            raise _token_refusal() from None
        key = text[: CONSTANTS.TOKEN_KEY_LENGTH]
        for row in _tokens_of(self.kept, key):
            if compare_digest(digest, row.digest):
                return row.user, _require_living_token(row)
        raise TokenEnded


class DeviceTokenAuthentication(HeaderTokenAuthentication):
    """Reads Knox's ``Authorization: Token …`` and its user in one query."""

    kept = DeviceToken


class ProgramTokenAuthentication(HeaderTokenAuthentication):
    """By the token of a program, where its scopes reach. Other tokens are another's to judge."""

    kept = ProgramToken

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        """The user and the token's row; raises PermissionDenied for what it is not for."""
        found = super().authenticate(request)
        if found is not None:
            require_scope(found[1], request.method or "", request.path_info)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, Any] | None:
        """As every token, where it is a program's; None for others."""
        if not token.startswith(ProgramToken.PREFIX.encode()):
            return None
        return super().authenticate_credentials(token)


def _tokens_of(kept: Any, key: str) -> Iterator[Any]:
    """The tokens of this kind that begin with ``key``, each with its user."""
    columns = [field.attname for field in kept._meta.concrete_fields]
    for values in fetch_prepared(_select_token_sql(kept), [key]):
        token = kept.from_db("default", columns, values[: len(columns)])
        token.user = User.from_db("default", _USER, values[len(columns) :])
        yield token


@functools.cache
def _select_token_sql(kept: Any) -> str:
    columns = [f"token.{field.attname}" for field in kept._meta.concrete_fields]
    columns += [f"person.{name}" for name in _USER]
    return f"""
        SELECT {", ".join(columns)}
        FROM {kept._meta.db_table} token JOIN accounts_user person ON person.id = token.user_id
        WHERE token.token_key = %s"""  # noqa: S608 - names of columns


def _basic_password(told: bytes) -> bytes:
    try:
        _name, _colon, password = base64.b64decode(told, validate=True).partition(b":")
    except ValueError:
        raise _token_refusal() from None
    return password


def _require_living_token(row: Any) -> Any:
    """The row of a token that opens the doors; raises AuthenticationFailed (401)."""
    if not row.user.is_active:
        raise TokenEnded
    if (row.expiry is not None and row.expiry <= clock.now()) or lacks_second_factor(row.user):
        raise _token_refusal()
    return row


def _token_refusal() -> AuthenticationFailed:
    return AuthenticationFailed(_("The token is not valid. Sign in again."))


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes this authentication in the OpenAPI document."""

    target_class: Any = DeviceTokenAuthentication
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The OpenAPI security scheme: ``Authorization: Token <token>``."""
        scheme: dict[str, Any] = build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix=self.target.authenticate_header("")
        )
        return scheme


class ProgramTokenScheme(DeviceTokenScheme):  # type: ignore[no-untyped-call]
    """How it names that of a program."""

    target_class = ProgramTokenAuthentication
    name = "programToken"
