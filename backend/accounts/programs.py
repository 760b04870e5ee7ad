"""Tokens for programs: made by a person for himself, shown once, ended by him or by the day."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import ProgramToken, User
from backend.lib import clock
from backend.lib.problems import Refused, not_found

MOST = 20
LONGEST_DAYS = 366


def make_program_token(
    *, actor: User, name: str, scopes: list[str], ends_on: dt.date, read_only: bool = True
) -> tuple[ProgramToken, str]:
    """A token that lives to the end of ``ends_on``; returns its row and the text, told once.

    Raises Refused: 422 for a day that is past or too far, 409 ``token-exists`` and
    ``too-many-tokens``.
    """
    if not clock.today() <= ends_on <= clock.today() + dt.timedelta(days=LONGEST_DAYS):
        text = _("Choose a day from today on, within a year.")
        raise Refused("end-invalid", text, field="ends_on")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if ProgramToken.objects.filter(user=actor).count() >= MOST:
            text = _("You have too many tokens. End those that no program uses.")
            raise Refused("too-many-tokens", text, status=409)
        return _create_token(actor, name, sorted(set(scopes)), ends_on, read_only=read_only)


def end_program_token(*, actor: User, name: str) -> None:
    """End the actor's token of that name. Raises Refused (404)."""
    ended, _rows = ProgramToken.objects.filter(user=actor, name=name).delete()
    if not ended:
        raise not_found(_("You have no such token."))


def _create_token(
    actor: User, name: str, scopes: list[str], ends_on: dt.date, *, read_only: bool
) -> tuple[ProgramToken, str]:
    life = clock.end_of(ends_on) - clock.now()
    try:
        with transaction.atomic():
            made: tuple[ProgramToken, str] = ProgramToken.objects.create(
                user=actor, expiry=life, prefix=ProgramToken.PREFIX, name=name, scopes=scopes,
                read_only=read_only,
            )  # fmt: skip
    except IntegrityError:
        text = _("You have a token of this name. End it first, or choose another name.")
        raise Refused("token-exists", text, field="name", status=409) from None
    return made
