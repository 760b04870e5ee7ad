"""The files of a supervised task: what proves that it was done."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from backend.matters.kinds import Enclosure
from backend.matters.models import Matter
from backend.supervised_tasks.models import Proof
from backend.supervised_tasks.proofs import sign_proof


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """The proofs, the first one first."""
    proofs = Proof.objects.filter(task=matter.pk).select_related("photo")
    for proof in proofs.prefetch_related("photo__renditions"):
        look = functools.partial(sign_proof, proof)
        yield Enclosure(f"proof-{proof.pk}", proof.title, proof.media_type, look)
