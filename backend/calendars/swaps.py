"""Swapping duties (调班): who asks has agreed, and it is done when the other agrees too."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.calendars.models import Duty, DutySwap
from backend.calendars.news import tell_of_duty
from backend.calendars.rosters import add_duties, duty_of, end_duties
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.notifications.models import Kind

State = DutySwap.State


def ask_for_swap(*, actor: User, duty: int, other: int) -> DutySwap:
    """Ask whoever has the duty ``other`` to take one's own ``duty`` for it; he is told.

    Raises Refused: 404 for a duty that is not the actor's; 409 ``swap-asked`` while another is open,
    ``duty-begun``; 422 ``swap-unfit``.
    """
    with transaction.atomic():
        visible = Duty.objects.visible_to(actor).select_related("roster", "person", "shift")
        given = visible.filter(pk=duty, person=actor).first()
        if given is None:
            raise not_found(_("You have no such duty."))
        taken = visible.filter(pk=other, roster__office=given.roster.office_id).first()
        if taken is None or taken.person_id == actor.pk or taken.leads != given.leads:
            text = _("Choose a duty of somebody else of the same office, who leads if you do.")
            raise Refused("swap-unfit", text, field="other")
        _refuse_begun(given, taken)
        swap = DutySwap(given=given, taken=taken, asked_at=clock.now())
        try:
            with transaction.atomic():
                swap.save(force_insert=True)
        except IntegrityError:
            text = _("You asked somebody about this duty already, who has not answered.")
            raise Refused("swap-asked", text, status=409) from None
        tell_of_duty(taken, taken.person, Kind.DUTY_SWAP)
    return swap


def agree_to_swap(*, actor: User, swap: int) -> DutySwap:
    """Change the two duties; both are told. Again changes nothing.

    Raises Refused: 404 for who is not asked; 409 ``swap-answered``, ``duty-begun``,
    ``duty-ended`` where one of them is not his any more, ``on-duty-then``.
    """
    with transaction.atomic(), attribute_changes_to(actor):
        found = _lock_swap_asked_of(actor, swap)
        if found.state == State.AGREED:
            return found
        given, taken = _lock_both_duties(found)
        _set_answer(found, State.AGREED)
        for duty in (given, taken):
            end_duties(duty.roster, [duty])
        for duty, person in ((given, taken.person_id), (taken, given.person_id)):
            fresh = duty_of(duty.roster, duty.shift, duty.day, person, leads=duty.leads)
            add_duties(duty.roster, [fresh])
    return found


def refuse_swap(*, actor: User, swap: int) -> DutySwap:
    """Keep the duties as they are: said by who is asked, or taken back by who asked.

    Raises Refused: 404; 409 ``swap-answered``.
    """
    with transaction.atomic():
        found = _lock_swap(actor, swap)
        if found.state == State.REFUSED:
            return found
        _set_answer(found, State.REFUSED)
    return found


def _lock_swap(actor: User, swap: int) -> DutySwap:
    shown = ("given__roster", "given__shift", "taken__roster", "taken__shift")
    found = lock_row(DutySwap.objects.visible_to(actor).select_related(*shown), swap)
    if found is None:
        raise not_found(_("Nobody asked you for such a swap."))
    return found


def _lock_swap_asked_of(actor: User, swap: int) -> DutySwap:
    found = _lock_swap(actor, swap)
    if found.taken.person_id != actor.pk:
        raise not_found(_("Nobody asked you for such a swap."))
    return found


def _lock_both_duties(swap: DutySwap) -> tuple[Duty, Duty]:
    """Both duties as they are now, locked in one order for everybody. Raises Refused 409."""
    keys = sorted((swap.given_id, swap.taken_id))
    list(Duty.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = Duty.objects.select_related("roster", "shift", "person").in_bulk(keys)
    given, taken = rows[swap.given_id], rows[swap.taken_id]
    if given.ended_at is not None or taken.ended_at is not None:
        text = _("One of the two duties is not what it was any more.")
        raise Refused("duty-ended", text, status=409)
    _refuse_begun(given, taken)
    return given, taken


def _set_answer(swap: DutySwap, state: str) -> None:
    if swap.state != State.ASKED:
        raise Refused("swap-answered", _("The swap was answered already."), status=409)
    swap.state, swap.answered_at = state, clock.now()
    swap.save(update_fields=["state", "answered_at"])


def _refuse_begun(*duties: Duty) -> None:
    if any(duty.starts_at <= clock.now() for duty in duties):
        text = _("One of the two duties has begun. Choose later ones.")
        raise Refused("duty-begun", text, status=409)
