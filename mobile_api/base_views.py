"""What every view for phones shares: the token, the parser, and who is signed in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotAuthenticated, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import DeviceToken, User
from backend.accounts.permissions import CarriesRight
from backend.accounts.rights import Right
from backend.accounts.token_authentication import DeviceTokenAuthentication
from backend.evidence.refusals import TryAgain
from backend.lib.bodies import read_form
from backend.lib.parameters import refuse_unknown


class ShallowJSONParser(JSONParser):
    """JSON that is an object, and no larger than a form; too deeply nested is malformed."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The object; raises ParseError (400), Refused (413) before more is read than may be."""
        content = io.BytesIO(read_form(stream))
        try:
            document = super().parse(content, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        if not isinstance(document, dict):
            raise ParseError("Send a JSON object.")
        return document


class PhotosUnavailable(APIException):
    """503 with ``Retry-After``: the server cannot look at photos just now."""

    status_code = 503
    default_code = "photos-unavailable"
    default_detail = _("The server cannot look at photos just now. Send the photo again later.")
    wait = 29


class DeviceView(APIView):
    """A view for a signed-in phone: its token and nothing else opens it."""

    authentication_classes = (DeviceTokenAuthentication,)
    permission_classes = (CarriesRight,)
    rights: ClassVar[Mapping[str, Sequence[Right]]] = {}
    """By method, the rights of which one is needed."""
    parser_classes = (ShallowJSONParser,)
    parameters: ClassVar[frozenset[str]] = frozenset()
    """What a question may say in its address; all else is refused (400)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whether the question may be asked, and then whether it is understood."""
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS:
            refuse_unknown(request, self.parameters)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer 503 for what the domain could not do for now."""
        return super().handle_exception(PhotosUnavailable() if isinstance(exc, TryAgain) else exc)


def signed_in_user(request: Request) -> User:
    """The user who signed in on the phone."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def device_token(request: Request) -> DeviceToken:
    """The token of this phone; raises NotAuthenticated."""
    token = request.auth
    if not isinstance(token, DeviceToken):
        raise NotAuthenticated
    return token
