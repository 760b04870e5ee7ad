"""The files of a supervised task: what proves that it was done."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from backend.accounts.models import User
from backend.matters.enclosures import enclose_photo
from backend.matters.kinds import Enclosure
from backend.matters.models import Matter
from backend.supervised_tasks.models import Proof
from media_config.presigned import HandedOut


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """The proofs, the first one first."""
    proofs = Proof.objects.filter(task=matter.pk).select_related("photo")
    for proof in proofs.prefetch_related("photo__renditions"):
        key = f"proof-{proof.pk}"
        if proof.photo is not None:
            yield enclose_photo(key, proof.title, proof.photo)
        else:
            hand_out = functools.partial(_hand_out_pdf, proof)
            yield Enclosure(key, proof.title, proof.media_type, hand_out)


def _hand_out_pdf(proof: Proof, _reader: User) -> HandedOut:
    return HandedOut(str(proof.file.name), proof.media_type)
