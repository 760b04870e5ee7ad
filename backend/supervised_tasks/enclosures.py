"""The files of a supervised task: what proves that it was done."""

from __future__ import annotations

from collections.abc import Iterator

from backend.matters.enclosures import enclose_file
from backend.matters.kinds import Enclosure
from backend.matters.models import Matter
from backend.supervised_tasks.models import Proof


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """The proofs, the first one first."""
    proofs = Proof.objects.filter(task=matter.pk).select_related("file")
    for proof in proofs.prefetch_related("file__renditions"):
        yield enclose_file(f"proof-{proof.pk}", proof.title, proof.file)
