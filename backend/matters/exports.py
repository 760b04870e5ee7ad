"""Orders of the list of matters as a table to take away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.jobs.actions import create_job
from backend.jobs.dispatch import send_job_on_commit
from backend.jobs.models import Job
from backend.lib.problems import Refused
from backend.lib.table_writers import WRITERS
from backend.matters.export_tables import KIND
from backend.matters.lists import NARROWED_BY
from backend.matters.tasks import write_export

FORMS = tuple(WRITERS)
MOST_AT_ONCE = 3
"""Tables that somebody may have under way."""


def order_export(*, actor: User, form: str, asked: Mapping[str, str], key: uuid.UUID) -> Job:
    """Order the list that ``asked`` narrows (see ``lists``) as ``form``, ``csv`` or ``xlsx``.

    The same ``key`` and wishes give the same job. Raises Refused: 409 ``exports-under-way``, 422
    ``unknown-form``, ``idempotency-conflict``.
    """
    if form not in FORMS:
        raise Refused("unknown-form", _("Choose CSV or XLSX."), field="form")
    parameters = {
        "form": form,
        "language": get_language(),
        "asked": {name: asked[name] for name in NARROWED_BY if asked.get(name)},
    }
    with transaction.atomic():
        # One after the other, so that two at once are counted.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        job, made = create_job(
            actor=actor, kind=KIND, task=write_export.name, parameters=parameters, key=str(key)
        )
        if made:
            _refuse_too_many(actor)
            send_job_on_commit(job=job)
    return job


def _refuse_too_many(actor: User) -> None:
    under_way = Job.objects.filter(owner=actor, kind=KIND, finished_at=None)
    if under_way.count() > MOST_AT_ONCE:
        text = _("Tables of yours are being written. Wait until one is done.")
        raise Refused("exports-under-way", text, status=409)
