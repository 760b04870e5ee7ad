"""Why a request with a key is refused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.lib.problems import Refused


def key_reused_refusal() -> Refused:
    """The refusal (422 ``idempotency-conflict``) of a key that came with something else before."""
    told = _("This Idempotency-Key was used with another body. Use a new key.")
    return Refused("idempotency-conflict", told, status=422)
