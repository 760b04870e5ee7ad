"""The list of matters of a desk as a table to take away, written row by row; old tables are ended.

It shows what the list shows: nothing of the kinds, and no one who told something.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.versions import read_version
from backend.jobs.actions import note_progress
from backend.jobs.models import Job
from backend.lib import clock
from backend.lib.table_writers import WRITERS, Row
from backend.matters.kinds import all_kinds
from backend.matters.labels import label_in_language
from backend.matters.lists import narrow_matters
from backend.matters.models import Matter
from media_config import storage

KIND = "matters"
"""What the jobs of these tables are called."""
PREFIX = "exports/"
_PORTION = 2000


def write_table(job: Job) -> dict[str, Any]:
    """Write what the owner of ``job`` may see now, row by row, and store it; the result of the job.

    Raises StorageDown.
    """
    form, asked = job.parameters["form"], job.parameters["asked"]
    total = narrow_matters(job.owner, asked).count()
    note_progress(job.pk, done=0, total=total)
    with translation.override(job.parameters["language"]), tempfile.TemporaryFile() as file:
        writer = WRITERS[form](file, _column_headings())
        written = 0
        for portion in _read_portions(job.owner_id, asked):
            for matter in portion:
                writer.add(_cells_of_matter(matter))
            written += len(portion)
            note_progress(job.pk, done=written, total=max(total, written))
        writer.finish()
        file.seek(0)
        key = default_storage.save(f"{PREFIX}{job.pk}/matters.{form}", File(file))
    return {"file": key, "rows": written}


def _read_portions(owner: int, asked: Mapping[str, str]) -> Iterator[list[Matter]]:
    """The rows of the list, newest first; each portion by the posts that the owner has then."""
    last: int | None = None
    while True:
        rows = narrow_matters(User.objects.get(pk=owner), asked).select_related("office")
        if last is not None:
            rows = rows.filter(pk__lt=last)
        portion = list(rows.order_by("-pk")[:_PORTION])
        if portion:
            yield portion
        if len(portion) < _PORTION:
            return
        last = portion[-1].pk


def _column_headings() -> Row:
    return (
        _("Number"), _("Kind"), _("Title"), _("State"), _("Code of the office"), _("Office"),
        _("Region"), _("Urgency"), _("Received"), _("Due"), _("Finished"), _("Outcome"),
    )  # fmt: skip


def _cells_of_matter(matter: Matter) -> Row:
    flow = read_version(matter.flow_id)
    return (
        matter.number,
        str(all_kinds()[matter.kind].title),
        matter.title,
        label_in_language(flow.states[matter.state]),
        matter.office.code,
        matter.office.name,
        matter.region_id,
        str(matter.get_urgency_display()),
        _in_china(matter.received_at),
        matter.due_on,
        _in_china(matter.closed_at),
        label_in_language(flow.outcomes[matter.outcome]) if matter.outcome else None,
    )


def _in_china(moment: dt.datetime | None) -> dt.datetime | None:
    return moment and moment.astimezone(clock.SHANGHAI).replace(microsecond=0, tzinfo=None)


def clear_old_exports() -> int:
    """Remove tables that were finished ``EXPORT_KEPT_DAYS`` ago, and what no job names; how many.

    Raises StorageDown.
    """
    before = clock.now() - dt.timedelta(days=settings.EXPORT_KEPT_DAYS)
    young = Job.objects.filter(kind=KIND).exclude(finished_at__lt=before)
    needed = {f"{PREFIX}{pk}/" for pk in young.values_list("pk", flat=True)}
    cleared = 0
    for keys in storage.list_keys_older_than(PREFIX, before):
        for key in keys:
            if f"{key.rpartition('/')[0]}/" not in needed:
                storage.remove_object(key)
                cleared += 1
    Job.objects.filter(kind=KIND, finished_at__lt=before).exclude(result={}).update(result={})
    return cleared
