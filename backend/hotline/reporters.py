"""Who told it: kept apart, known again by the phone, and shown by right and reason alone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, may, refuse_without
from backend.hotline.models import HotlineMatter, Nature, Reporter, ReporterLook
from backend.hotline.sealed_identity import (
    NOBODY,
    Identity,
    decrypt_identity,
    digest_phone,
    encrypt_identity,
)
from backend.lib import clock
from backend.lib.problems import Refused


def keep_reporter(matter: HotlineMatter, identity: Identity, *, confidential: bool) -> Reporter:
    """Seal who told ``matter``; whoever gave no name and no phone is kept as nobody."""
    return Reporter.objects.create(
        matter=matter,
        identity=None if identity.is_empty else encrypt_identity(identity, matter.pk),
        phone_digest=digest_phone(identity.phone) if identity.phone else "",
        confidential=confidential,
    )


def copy_reporter(one: HotlineMatter, other: HotlineMatter) -> Reporter:
    """Seal who told ``one`` for ``other`` too, which was split off it."""
    kept = one.reporter
    return keep_reporter(other, _open_identity(one), confidential=kept.confidential)


@transaction.atomic
def reveal_reporter(*, actor: User, matter: HotlineMatter, reason: str) -> Identity:
    """Who told ``matter``, in clear; the look is logged first.

    For those with the right to see reporters, and for whoever has a complaint in hand, who must
    bring both sides together (order 20, article 33). Raises Refused: not-allowed (403),
    reason-missing (422), identity-sealed (409).
    """
    if not may(actor, Right.SEE_REPORTER) and not _is_mediator_of(actor, matter):
        refuse_without(Right.SEE_REPORTER)
    if not reason.strip():
        raise Refused("reason-missing", _("Say why you look at the reporter."), field="reason")
    ReporterLook.objects.create(user=actor, matter=matter, reason=reason.strip(), at=clock.now())
    return _open_identity(matter)


def read_reporter_to_redact(matter: HotlineMatter) -> Identity:
    """Who told ``matter``, for starring him out of texts alone: it reaches nobody and is no look."""
    return _open_identity(matter)


def _open_identity(matter: HotlineMatter) -> Identity:
    sealed = matter.reporter.identity
    return NOBODY if sealed is None else decrypt_identity(bytes(sealed), matter.pk)


def _is_mediator_of(actor: User, matter: HotlineMatter) -> bool:
    if matter.nature != Nature.COMPLAINT:
        return False
    return matter.matter.assignments.filter(state="open", person=actor).exists()
