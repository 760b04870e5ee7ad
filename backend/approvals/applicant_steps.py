"""What an applicant does after he applied: supplies what lacked, asks for a hearing, withdraws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.approvals.attachments import Enclosed, attach_enclosed
from backend.approvals.filled_form import check_documents, check_form
from backend.approvals.models import Application
from backend.flows.moves import Chosen
from backend.lib.problems import Refused, not_found
from backend.matters.happenings import let_happen
from backend.matters.steps import ONCE, Author, LockedMatter, Sending, lock_matter_for_party

SUPPLY, WITHDRAW, ASK_HEARING = "supply", "withdraw", "ask-hearing"


def supply_what_lacked(
    *,
    actor: User,
    application: int,
    version: int | None,
    form: Mapping[str, str],
    enclosed: Sequence[Enclosed] = (),
    sending: Sending = ONCE,
) -> Application:
    """Bring what lacked: fields that change and documents; the office looks at it anew.

    Raises Refused: 404, 412; 409 ``not-offered`` where nothing was asked for; 422
    ``documents-lacking`` with what was asked for and is not among it, those of ``check_form`` and
    ``check_documents``.
    """
    with _lock_application(actor, application, version, sending) as (held, found):
        if not held.replayed:
            kind = found.kind_row
            found.form = check_form(kind, {**found.form, **form})
            check_documents(kind, [one.document for one in enclosed])
            let_happen(held.matter, SUPPLY, Author(actor), sending=sending)
            _refuse_lacking(found, enclosed)
            found.save(update_fields=["form"])
            attach_enclosed(actor, found, enclosed)
        return _fetch_application(application)


def withdraw_application(
    *,
    actor: User,
    application: int,
    version: int | None,
    remark: str = "",
    sending: Sending = ONCE,
) -> Application:
    """Take the application back. Raises Refused: 404, 412; 409 ``not-offered`` once it is decided."""
    with _lock_application(actor, application, version, sending) as (held, _found):
        if not held.replayed:
            chosen = Chosen(remark=remark)
            let_happen(held.matter, WITHDRAW, Author(actor), chosen=chosen, sending=sending)
        return _fetch_application(application)


def ask_hearing(
    *, actor: User, application: int, version: int | None, sending: Sending = ONCE
) -> Application:
    """Ask to be heard before the decision; the clock of the decision stops.

    Raises Refused: 404, 412; 409 ``not-offered`` where it is too early, too late or asked already.
    """
    with _lock_application(actor, application, version, sending) as (held, _found):
        if not held.replayed:
            let_happen(held.matter, ASK_HEARING, Author(actor), sending=sending)
        return _fetch_application(application)


def _refuse_lacking(application: Application, enclosed: Sequence[Enclosed]) -> None:
    """What lacked is brought at once, for it is asked for once (rule 20)."""
    brought = {one.document for one in enclosed}
    lacking = [one for one in application.lacking_documents if one.name not in brought]
    if lacking:
        told = _("Bring all that was asked for, at once: %(documents)s.")
        facts = {"documents": ", ".join(one.label for one in lacking)}
        names = [one.name for one in lacking]
        raise Refused("documents-lacking", told % facts, field="files", documents=names)


@contextmanager
def _lock_application(
    actor: User, application: int, version: int | None, sending: Sending
) -> Iterator[tuple[LockedMatter, Application]]:
    """The application of an entity that the actor acts for, with its matter held."""
    rows = Application.objects.of_applicant(actor)
    if not actor.is_active or not rows.filter(pk=application).exists():
        raise not_found(_("There is no such application of yours."))
    held = lock_matter_for_party(actor=actor, matter=application, version=version, sending=sending)
    with held as one, attribute_changes_to(actor):
        yield one, Application.objects.get(pk=application)


def _fetch_application(application: int) -> Application:
    return Application.objects.select_related("matter").get(pk=application)
