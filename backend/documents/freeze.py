"""The signature freezes a document: by the SHA-256 of all that was signed, which the database keeps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from backend.documents.models import Document
from backend.lib import clock
from backend.lib.problems import Refused


def digest_of(document: Document) -> str:
    """The SHA-256 of its substance: kind, direction, title, text, signer, parties, attachments.

    What it ends too, where it ends another: those that were signed before that could be said keep theirs.
    """
    substance: dict[str, Any] = {
        "kind": document.kind.code,
        "direction": document.direction,
        "title": document.title,
        "body": document.body,
        "signer": document.signer_id,
        "parties": list(document.parties.values_list("part", "place", "office", "name")),
        "attachments": list(document.attachments.values_list("title", "sha256")),
    }
    if document.ends_id is not None:
        substance["ends"] = [document.ends_id, document.ending]
    text = json.dumps(substance, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def freeze_document(document: Document, signed_by: int | None) -> None:
    """Freeze what was just signed; the day of it is the day of the document (成文日期)."""
    document.frozen_sha256 = digest_of(document)
    document.signed_by_id, document.signed_on = signed_by, clock.today()
    document.save(update_fields=["frozen_sha256", "signed_by", "signed_on"])


def take_signature_back(document: Document) -> None:
    """Open the text again: it must be signed anew. The database allows it until there is a number."""
    document.frozen_sha256, document.signed_by, document.signed_on = "", None, None
    document.save(update_fields=["frozen_sha256", "signed_by", "signed_on"])


def refuse_changed_text(document: Document) -> None:
    """Refuse (409 ``text-changed``) what is no longer what was signed."""
    if not document.frozen_sha256 or digest_of(document) != document.frozen_sha256:
        told = _("This is not the text that was signed. Send it back to be signed anew.")
        raise Refused("text-changed", told, status=409)
