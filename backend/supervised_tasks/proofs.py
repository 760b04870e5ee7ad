"""Handing in what proves that a task was done: a PDF or a photo, kept as it was sent."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.evidence.models import File
from backend.evidence.scan_intake import receive_scan
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.matters.asked import require_asked
from backend.matters.enclosures import hand_out_file
from backend.matters.models import Matter
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter, write_step
from backend.offices.seats import Seats
from backend.papers.words import check_text
from backend.supervised_tasks.models import Proof, SupervisedTask

MOST = 20
NODES = frozenset({"handle", "help"})
"""Where in the flow proofs are handed in, by whoever is asked there."""


def hand_in_proof(
    *,
    actor: User,
    task: int,
    version: int | None,
    title: str,
    sent: UploadedFile,
    sending: Sending = ONCE,
) -> Proof:
    """Keep what proves what was done, by whoever is asked to do it or to help; the same content again
    is the same one.

    Raises Refused: 404; 412; 403 where he is not asked; 409 ``proof-untimely``; 422
    ``title-missing``, ``proofs-too-many``, and what ``receive_scan`` refuses.
    """
    name = check_text(title, name="title")[:120] or Path(sent.name or "").stem[:120]
    if not name:
        raise Refused("title-missing", _("Say what the file shows."), field="title")
    if not SupervisedTask.objects.visible_to(actor).filter(pk=task).exists():
        raise not_found(_("There is no such task for you."))
    file = receive_scan(actor=actor, sent=sent)
    once = Sending(sending.key, [sending.body, file.sha256])
    with (
        attribute_changes_to(actor),
        lock_matter(actor=actor, matter=task, version=version, sending=once) as held,
    ):
        known = Proof.objects.filter(task=task, file=file).first()
        if known is not None:
            return known
        author = _require_author(actor, held.matter)
        _refuse_too_many(task)
        proof = _create_proof(actor, task, name, file)
        facts = {"title": proof.title, "sha256": file.sha256}
        write_step(held.matter, author, Entry("attach", facts=facts, sending=once))
        return proof


def sign_proof(proof: Proof) -> str | None:
    """An address of the file for a short time, for who sees the task; None while it is on its way."""
    found = hand_out_file(proof.file)
    return found.sign() if found else None


def _require_author(actor: User, matter: Matter) -> Author:
    if matter.closed_at is not None or matter.place["node"] not in NODES:
        told = _("Proofs are handed in while the task is being handled.")
        raise Refused("proof-untimely", told, status=409)
    return require_asked(actor, Seats.of(actor), matter)[1]


def _refuse_too_many(task: int) -> None:
    if Proof.objects.filter(task=task).count() >= MOST:
        told = _("%(most)d proofs at most.") % {"most": MOST}
        raise Refused("proofs-too-many", told, field="file")


def _create_proof(actor: User, task: int, title: str, file: File) -> Proof:
    return Proof.objects.create(
        task_id=task, title=title, file=file, given_by=actor, given_at=clock.now()
    )
