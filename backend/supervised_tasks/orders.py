"""Ordering a supervised task: it gets the next number of the office, and its matter begins."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role, User
from backend.lib import clock
from backend.lib.gapless_numbers import take_next_number
from backend.lib.problems import Refused, not_found
from backend.matters.links import add_link
from backend.matters.models import Link, Matter
from backend.matters.opening import Opening, open_matter
from backend.matters.readers import let_office_see
from backend.matters.steps import Author
from backend.offices.models import Office
from backend.offices.seats import Seat, holders_of
from backend.papers.words import check_text
from backend.repeats.refusals import key_reused_refusal
from backend.supervised_tasks.models import SupervisedTask, SupervisedYear
from backend.supervised_tasks.orderers import get_seat, offices_to_lead
from backend.units.models import Unit

KIND = "supervised"
MOST_HELPERS = 20
_ASKED = (Role.CLERK, Role.HANDLER)
"""Who signs for a task in its lead office, and who does it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered. Without a day the rule counts; ``cause`` and ``unit`` are where it comes from."""

    title: str
    what: str
    lead: Office
    helpers: tuple[Office, ...] = ()
    due_on: dt.date | None = None
    every: str = ""
    urgency: str = Matter.Urgency.NORMAL
    cause: Matter | None = None
    unit: Unit | None = None


def order_task(
    *, actor: User, office: int | None, order: Order, key: uuid.UUID
) -> tuple[SupervisedTask, bool]:
    """Order a task for ``office``, by a leader there or a clerk whose leader approves it; and whether
    it is new. The same key is the same one.

    Without an office that of the actor's first post. Raises Refused: 403; 404 for an office in which
    he has no such post, and for a cause or unit that he does not see; 422 ``field-missing``,
    ``field-too-long``, ``day-passed``, ``office-unfit``, ``office-empty``, ``idempotency-conflict``.
    """
    seat = get_seat(actor, office)
    place = Office.objects.select_related("region").get(pk=seat.office)
    fresh = _build_task(actor, seat, order, key)
    _refuse_unfit_offices(place, order)
    _refuse_unseen(actor, order)
    with transaction.atomic(), attribute_changes_to(actor):
        # Of two that come at once the second waits for the first, and finds what it ordered.
        Office.objects.select_for_update(no_key=True).get(pk=place.pk)
        known = SupervisedTask.objects.select_related("matter").filter(sent_as=key).first()
        if known is not None:
            return _require_same_order(actor, known, fresh, order), False
        _open_matter_of_task(actor, seat, place, fresh, order)
    return fresh, True


def let_helpers_see(task: SupervisedTask) -> None:
    """The helping offices see the task from now on."""
    for office in task.helpers.values_list("pk", flat=True):
        let_office_see(task.matter, office)


def refuse_passed_day(day: dt.date | None, field: str) -> None:
    """Refuse (422 ``day-passed``) a day before today."""
    if day is not None and day < clock.today():
        raise Refused("day-passed", _("This day has passed. Choose a later one."), field=field)


def refuse_unfit_lead(above: Office, lead: Office) -> None:
    """Refuse (422) a lead office that does not stand below ``above``, or where nobody would do it."""
    if not offices_to_lead(above).filter(pk=lead.pk).exists():
        raise Refused("office-unfit", _("Choose your office or one below it."), field="lead")
    for role in _ASKED:
        if not holders_of(lead.pk, [role]).exists():
            told = _("Nobody in %(office)s holds the post %(role)s. Choose another office.")
            facts = {"office": lead.name, "role": role.label}
            raise Refused("office-empty", told % facts, field="lead")


def _build_task(actor: User, seat: Seat, order: Order, key: uuid.UUID) -> SupervisedTask:
    for name, text, most in (("title", order.title, 200), ("what", order.what, 2000)):
        checked = check_text(text, name=name, breaks=name == "what")
        if not checked:
            raise Refused("field-missing", _("Fill this in."), field=name)
        if len(checked) > most:
            told = _("At most %(most)d characters, not %(length)d.")
            facts = {"most": most, "length": len(checked)}
            raise Refused("field-too-long", told % facts, field=name)
    refuse_passed_day(order.due_on, "due_on")
    by_clerk = seat.role != Role.LEADER
    return SupervisedTask(
        what=order.what.strip(),
        by_clerk=by_clerk,
        ordered_by_id=None if by_clerk else seat.holder or actor.pk,
        lead=order.lead,
        due_on=order.due_on,
        every=order.every,
        sent_as=key,
    )


def _refuse_unfit_offices(place: Office, order: Order) -> None:
    refuse_unfit_lead(place, order.lead)
    helpers = {office.pk for office in order.helpers}
    below = offices_to_lead(place).filter(pk__in=helpers)
    if len(helpers) > MOST_HELPERS or order.lead.pk in helpers or below.count() < len(helpers):
        told = _("Choose at most %(most)d other offices below yours as helpers.")
        raise Refused("office-unfit", told % {"most": MOST_HELPERS}, field="helpers")


def _refuse_unseen(actor: User, order: Order) -> None:
    cause, unit = order.cause, order.unit
    if cause and not Matter.objects.visible_to(actor).filter(pk=cause.pk).exists():
        raise not_found(_("There is no such matter for you."))
    if unit and not Unit.objects.visible_to(actor).filter(pk=unit.pk).exists():
        raise not_found(_("There is no such unit for you."))


def _open_matter_of_task(
    actor: User, seat: Seat, place: Office, fresh: SupervisedTask, order: Order
) -> None:
    year = clock.today().year
    serial = take_next_number(SupervisedYear, office=place.pk, year=year)
    matter = open_matter(
        actor=actor,
        author=Author(actor, seat.post, seat.holder, seat.office),
        opening=Opening(
            kind=KIND,
            child=fresh,
            title=order.title.strip(),
            office=place,
            region=order.lead.region,
            urgency=order.urgency,
            number=f"{place.code}督〔{year}〕{serial}号",
        ),
    )
    fresh.helpers.set(order.helpers)
    if not fresh.by_clerk:
        let_helpers_see(fresh)
    if order.cause is not None:
        add_link(matter, Link.Kind.CAUSED_BY, order.cause)
    if order.unit is not None:
        add_link(matter, Link.Kind.ABOUT, order.unit)


def _require_same_order(
    actor: User, known: SupervisedTask, fresh: SupervisedTask, order: Order
) -> SupervisedTask:
    same = ("what", "lead_id", "due_on", "every")
    mine = known.matter.opened_by_id == actor.pk and known.matter.title == order.title.strip()
    if not mine or any(getattr(known, name) != getattr(fresh, name) for name in same):
        raise key_reused_refusal()
    return known
