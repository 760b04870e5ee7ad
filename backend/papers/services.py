"""Serving papers (送达): each try is written down, and what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.evidence.models import File
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.papers.models import Paper, Service
from backend.papers.sight import require_right_in
from backend.papers.words import check_text
from backend.repeats.refusals import key_reused_refusal

_PROVEN = frozenset({Service.Kind.LEFT, Service.Kind.PUBLIC_NOTICE})
"""Kinds that count only with a proof that somebody else can look at."""


def serve_paper(
    *,
    actor: User,
    paper: int,
    kind: str,
    recipient: str,
    sent_on: dt.date,
    consented: bool = False,
    remark: str = "",
    key: uuid.UUID | None = None,
) -> tuple[Service, bool]:
    """Write down that a paper is on its way to ``recipient``; returns it, and whether it is new.

    Raises Refused: 403, 404; 409 ``paper-not-valid`` unless it is issued, ``paper-not-made`` while
    its PDF is on its way; 422 ``consent-missing`` for electronic service, ``day-out-of-range``
    before the issue or in the future, ``idempotency-conflict``.
    """
    require_right(actor, Right.WRITE_PAPERS)
    found = Paper.objects.visible_to(actor).select_related("office").filter(pk=paper).first()
    if found is None:
        raise not_found(_("There is no such paper."))
    require_right_in(actor, Right.WRITE_PAPERS, found.office)
    _require_served(found)
    if kind == Service.Kind.ELECTRONIC and not consented:
        told = _("Electronic service needs the consent of the recipient.")
        raise Refused("consent-missing", told, field="consented")
    _require_day(sent_on, found.registered_on, "sent_on")
    facts = {
        "paper_id": paper,
        "kind": kind,
        "recipient": check_text(recipient, name="recipient"),
        "sent_on": sent_on,
        "consented": consented,
        "remark": check_text(remark, name="remark", breaks=True),
    }
    return _keep_service(actor, facts, key)


def settle_service(
    *,
    actor: User,
    paper: int,
    service: int,
    state: str,
    served_on: dt.date | None = None,
    proof: str = "",
    remark: str = "",
) -> Service:
    """Write down what came of a service: served on a day, with the photo whose SHA-256 is ``proof``, or failed.

    The same again changes nothing. Raises Refused: 403, 404; 409 ``service-settled``; 422
    ``day-missing``, ``day-out-of-range``, ``proof-missing`` for what was left or published,
    ``proof-unknown`` for a photo that the actor did not send.
    """
    require_right(actor, Right.WRITE_PAPERS)
    with transaction.atomic(), attribute_changes_to(actor):
        found = _lock_service(actor, paper, service)
        day = served_on if state == Service.State.SERVED else None
        photo = _find_proof(actor, proof)
        if found.state != Service.State.UNDER_WAY:
            if (found.state, found.served_on, found.proof) == (state, day, photo):
                return found
            raise Refused("service-settled", _("It is settled already."), status=409)
        if state == Service.State.SERVED:
            _require_proof_and_day(found, day, photo)
        found.state, found.served_on, found.proof = state, day, photo
        found.remark = check_text(remark, name="remark", breaks=True) or found.remark
        found.settled_by, found.settled_at = actor, clock.now()
        found.save(
            update_fields=["state", "served_on", "proof", "remark", "settled_by", "settled_at"]
        )
        return found


def _require_served(paper: Paper) -> None:
    if paper.state != Paper.State.ISSUED:
        told = _("Only an issued paper that is neither replaced nor withdrawn can be served.")
        raise Refused("paper-not-valid", told, status=409)
    if not paper.pdf_sha256:
        told = _("Its PDF is being made. Try again in a minute.")
        raise Refused("paper-not-made", told, status=409)


def _require_day(day: dt.date, earliest: dt.date | None, field: str) -> None:
    if day > clock.today() or (earliest is not None and day < earliest):
        told = _("The day lies between %(first)s and today.")
        raise Refused("day-out-of-range", told % {"first": earliest}, field=field)


def _keep_service(
    actor: User, facts: dict[str, Any], key: uuid.UUID | None
) -> tuple[Service, bool]:
    with transaction.atomic(), attribute_changes_to(actor):
        fresh = Service(made_by=actor, made_at=clock.now(), idempotency_key=key, **facts)
        if key is None:
            fresh.save()
            return fresh, True
        known = Service.objects.filter(made_by=actor, idempotency_key=key).first()
        if known is None:
            Service.objects.bulk_create([fresh], ignore_conflicts=True)
            known = Service.objects.get(made_by=actor, idempotency_key=key)
            new = known.made_at == fresh.made_at
        else:
            new = False
    if any(getattr(known, name) != value for name, value in facts.items() if name != "remark"):
        raise key_reused_refusal()
    return known, new


def _lock_service(actor: User, paper: int, service: int) -> Service:
    seen = Paper.objects.visible_to(actor).filter(pk=paper)
    rows = Service.objects.select_related("paper__office", "proof").filter(paper__in=seen)
    found = lock_row(rows, service)
    if found is None:
        raise not_found(_("There is no such service."))
    require_right_in(actor, Right.WRITE_PAPERS, found.paper.office)
    return found


def _find_proof(actor: User, sha256: str) -> File | None:
    if not sha256:
        return None
    photo = File.objects.sent_by([actor.pk]).filter(sha256=sha256).first()
    if photo is None:
        raise Refused("proof-unknown", _("Send the photo first, then name it."), field="proof")
    return photo


def _require_proof_and_day(service: Service, day: dt.date | None, photo: File | None) -> None:
    if day is None:
        raise Refused("day-missing", _("Say on which day it was served."), field="served_on")
    _require_day(day, service.sent_on, "served_on")
    if photo is None and service.kind in _PROVEN:
        told = _("What was left or published needs a photo as its proof.")
        raise Refused("proof-missing", told, field="proof")
