"""Bodies of requests, which may be endless: Django's own limit guards only ``request.body``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backend.lib.problems import Refused


def read_form(stream: Any) -> bytes:
    """A body no larger than a form may be. Raises Refused (413)."""
    content = read_at_most(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if content is None:
        raise Refused("body-too-large", _("The body is too large."), status=413)
    return content


def read_at_most(stream: Any, limit: int) -> bytes | None:
    """The body, or None when it has more than ``limit`` bytes; one more at most is read."""
    content = bytearray()
    while piece := stream.read(limit + 1 - len(content)):
        content += piece
        if len(content) > limit:
            return None
    return bytes(content)
