"""How many letters a network may send to the hotline in a day."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.lib.network_limits import refuse_beyond

_DAY_S = 86_400


def count_letter(request: HttpRequest) -> None:
    """Count a letter of this network. Raises Refused (429) beyond ``LETTERS_A_DAY``."""
    refuse_beyond(
        request, "letters", most=settings.LETTERS_A_DAY, span_s=_DAY_S, code="too-many-letters",
        detail=_("Too many letters came from this network today. Call 12315 instead."),
    )  # fmt: skip
