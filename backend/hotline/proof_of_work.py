"""Work that a browser does before a stranger's form is taken: it needs no eyes and no other service.

By ALTCHA (MIT), whose widget solves it on the page. A solution is taken once.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import altcha
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.problems import Refused

_ALGORITHM = "PBKDF2/SHA-256"
_LASTS = dt.timedelta(minutes=30)
"""How long a citizen may take over his letter."""


def make_challenge() -> dict[str, Any]:
    """A new challenge for the widget: some hundred tries of ``PROOF_OF_WORK_COST`` rounds each."""
    challenge = altcha.create_challenge(
        algorithm=_ALGORITHM,
        cost=settings.PROOF_OF_WORK_COST,
        expires_at=clock.now() + _LASTS,
        hmac_secret=settings.SECRET_KEY,
    )
    return challenge.to_dict()


def use_up_solution(solution: str) -> None:
    """Take a solution. Raises Refused 422 ``work-missing`` where it is wrong, too old or was used before."""
    good = altcha.verify_solution(solution, settings.SECRET_KEY).verified
    if not good or not cache.add(_key_of(solution), 1, timeout=_LASTS.total_seconds()):
        detail = _("The check that no program sends this has run out. Send the form once more.")
        raise Refused("work-missing", detail, field="altcha")


def _key_of(solution: str) -> str:
    """By the challenge, which is signed: the text of a solution can be written in many ways."""
    told = json.loads(base64.b64decode(solution))
    return f"work/{told['challenge']['parameters']['nonce']}"
