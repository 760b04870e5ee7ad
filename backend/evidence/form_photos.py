"""Photos that came with a form."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence.attached_files import hash_sent_file
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
    return [receive_form_photo(one, actor=actor) for one in sent]


def receive_form_photo(sent: UploadedFile, *, actor: User | None) -> File:
    """One photo kept as evidence, without its name. Raises Refused as ``receive_photo`` does."""
    digest = hash_sent_file(sent)
    return receive_photo(actor=actor, stream=sent, declared_size=sent.size, declared_sha256=digest)
