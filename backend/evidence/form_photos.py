"""Photos that came with a form."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.lib.problems import Refused

MOST = 6


def receive_form_photos(sent: Sequence[UploadedFile], *, actor: User | None) -> list[File]:
    """The photos kept as evidence, without their names: a file is called after people.

    ``actor`` is nobody for a citizen. Raises Refused as ``receive_photo`` does, and 422
    ``too-many-photos`` above six.
    """
    if len(sent) > MOST:
        detail = _("Send %(most)s photos at most.") % {"most": MOST}
        raise Refused("too-many-photos", detail, field="photos")
    return [_receive(one, actor) for one in sent]


def _receive(sent: UploadedFile, actor: User | None) -> File:
    digest = hashlib.sha256()
    for piece in sent.chunks():
        digest.update(piece)
    sent.seek(0)
    return receive_photo(
        actor=actor, stream=sent, declared_size=sent.size, declared_sha256=digest.hexdigest()
    )
