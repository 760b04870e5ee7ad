"""The ETag of a matter: it names its version, and each change of a matter makes the next one."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.problems import Refused
from backend.matters.models import Matter


def respond_with_version(matter: Matter, data: object, *, code: int = 200) -> Response:
    """The response with the ETag of the matter."""
    return Response(data, status=code, headers={"ETag": f'"{matter.pk}-{matter.version}"'})


def read_version(request: Request, matter: int) -> int | None:
    """The version of the matter that If-Match names, None for any (``*``).

    Raises Refused: 428 without the header, 412 where it names another thing.
    """
    header = request.headers.get("If-Match")
    if header is None:
        text = _("Send the ETag that you read as If-Match.")
        raise Refused("precondition-required", text, status=428)
    if header.strip() == "*":
        return None
    named = re.fullmatch(r'"(\d{1,18})-(\d{1,9})"', header.strip())
    if named is None or int(named[1]) != matter:
        raise Refused("precondition-failed", _("It has changed. Read it again."), status=412)
    return int(named[2])
