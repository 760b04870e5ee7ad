"""How a citizen follows what he told: by its number and the code that he alone was given."""

from __future__ import annotations

import hmac
from typing import Any

from django.utils.translation import gettext as _

from backend.hotline.models import HotlineMatter
from backend.hotline.sealed_identity import answer_code
from backend.lib.problems import not_found
from backend.matters.labels import say_standing


def get_followed_matter(number: str, code: str) -> HotlineMatter:
    """The matter of this number, for who has its code; raises Refused (404) without a word on which of both is wrong."""
    found = (
        HotlineMatter.objects.select_related("matter__office")
        .filter(matter__number=number.strip())
        .first()
    )
    told = code.upper().replace(" ", "").encode()
    if found is None or not hmac.compare_digest(
        told, answer_code(found.matter.number or "").encode()
    ):
        raise not_found(_("There is no matter of this number and code. Look at both once more."))
    return found


def public_answer(matter: HotlineMatter) -> dict[str, Any]:
    """What a citizen is told of his matter: where it stands, and the answer once it is decided.

    Neither people nor what offices wrote to each other.
    """
    floor = matter.matter
    return {
        "number": floor.number,
        "nature": matter.nature,
        "nature_label": matter.get_nature_display(),
        "received_at": floor.received_at,
        "state": floor.state,
        "state_label": say_standing(floor),
        "office": floor.office.name,
        "closed_at": floor.closed_at,
        "answer": matter.answer,
    }
