"""The short-lived address of what a job made."""

from __future__ import annotations

from pathlib import PurePosixPath

from backend.jobs.models import Job
from media_config.presigned import presign_url

_TYPES = {
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def result_url(job: Job, name: str = "file") -> str | None:
    """An address of the file that ``result[name]`` is the key of; None when there is none."""
    key = job.result.get(name)
    if not isinstance(key, str) or not key:
        return None
    path = PurePosixPath(key)
    media_type = _TYPES.get(path.suffix, "application/octet-stream")
    return presign_url(key, media_type=media_type, filename=path.name, attachment=True)
