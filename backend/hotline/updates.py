"""What a citizen adds to what he told before."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.hotline.models import HotlineMatter
from backend.hotline.redaction import redact
from backend.hotline.reporters import read_reporter_to_redact
from backend.lib.problems import Refused
from backend.matters.models import Step
from backend.matters.steps import Author, Entry, lock_matter_for_nobody, write_step

ACTION = "citizen-update"
_LONGEST = 2000


def add_citizen_update(child: HotlineMatter, text: str) -> Step:
    """Add ``text`` to the trail of a matter that is not closed, with what tells who he is starred out.

    Said again word for word as the last step, it is that step. Raises Refused: 422 ``text-missing``,
    ``too-long``; 409 ``matter-closed``.
    """
    if not text.strip():
        raise Refused("text-missing", _("Write what is to be added."), field="description")
    if len(text) > _LONGEST:
        raise Refused("too-long", _("2000 characters at most."), field="description")
    with lock_matter_for_nobody(child.pk) as matter:
        if matter.closed_at is not None:
            detail = _("This matter is closed. Write a new one and name its number.")
            raise Refused("matter-closed", detail, status=409)
        remark = redact(text.strip(), read_reporter_to_redact(child))[:_LONGEST]
        last = matter.steps.order_by("-version").first()
        if last is not None and (last.action, last.remark) == (ACTION, remark):
            return last
        return write_step(matter, Author(), Entry(ACTION, remark=remark))
