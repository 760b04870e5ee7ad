"""Photos that come with a form: kept at once, so that a form with a mistake need not send them again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence.intake import receive_photo
from backend.evidence.refusals import TryAgain
from backend.lib.problems import Refused


def take_photos(actor: User, sent: Iterable[UploadedFile]) -> tuple[list[str], list[str]]:
    """Keep what was ``sent``: the SHA-256 sums of those kept, and why others were not."""
    kept, refused = [], []
    for photo in sent:
        try:
            kept.append(_store_photo(actor, photo))
        except Refused as refusal:
            refused.append(f"{photo.name}: {force_str(refusal.detail)}")
        except TryAgain:
            refused.append(
                _("%(name)s could not be looked at. Send it again.") % {"name": photo.name}
            )
    return kept, refused


def _store_photo(actor: User, photo: UploadedFile) -> str:
    digest = hashlib.sha256()
    for portion in photo.chunks():
        digest.update(portion)
    photo.seek(0)
    file = receive_photo(
        actor=actor,
        stream=photo,
        declared_size=photo.size,
        declared_sha256=digest.hexdigest(),
        name=(photo.name or "")[-120:],
    )
    return file.sha256
