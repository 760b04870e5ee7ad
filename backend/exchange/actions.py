"""What people order from the exchange: the import of a table of units."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.exchange.mapping import get_mapping
from backend.exchange.tasks import run_import
from backend.jobs.actions import create_job
from backend.jobs.dispatch import send_job_on_commit
from backend.jobs.models import Job
from backend.lib.problems import Refused


def start_import(
    *, actor: User, stream: File[bytes], name: str, mapping: str = "native", key: str | None = None
) -> Job:
    """Store the table and let a worker import it; the same ``key`` and file give the same job.

    Raises Refused: 403 without the right; 413 for a file that is too large; 422 for an unknown
    mapping, an empty file or a name that is neither .csv nor .xlsx.
    """
    require_right(actor, Right.IMPORT_UNITS)
    frozen = asdict(get_mapping(mapping, actor))
    _require_table(stream, name)
    digest = hashlib.sha256()
    for portion in stream.chunks():
        digest.update(portion)
    suffix = PurePosixPath(name.lower()).suffix
    stored = f"imports/{actor.pk}-{digest.hexdigest()}{suffix}"
    with transaction.atomic():
        job, made = create_job(
            actor=actor, kind="import", task=run_import.name,
            parameters={"mapping": mapping, "columns": frozen, "name": name[-120:], "file": stored}, key=key,
        )  # fmt: skip
        if made:
            # The name is the content's hash: what stands there already is the same file.
            default_storage.save(stored, stream)
            send_job_on_commit(job=job)
    return job


def _require_table(stream: File[bytes], name: str) -> None:
    if not name.lower().endswith((".csv", ".xlsx")):
        raise Refused("not-a-table", _("Send a .csv or .xlsx file."), field="file")
    if not stream.size:
        raise Refused("not-a-table", _("The file is empty."), field="file")
    if stream.size > settings.IMPORT_MAX_BYTES:
        raise Refused("too-large", _("The file is too large. Split it."), field="file", status=413)
