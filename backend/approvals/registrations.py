"""What a granted application writes into the register: through the gates that hold for everybody."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.approvals.models import Application
from backend.approvals.numbers import form_certificate_number, take_certificate_number
from backend.approvals.prefilled import find_basis
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.filing import file_record, find_filing_refusal
from backend.units.models import Installation, Registration, Repair, Stage, Unit

_NAMESPACE = uuid.UUID("6d5f3c0e-54f5-4b57-9a31-6f4b1f0f8e7d")


def find_registration_refusal(application: Application, actor: User) -> Refused | None:
    """Why the register would not take the registration today; None where it would."""
    try:
        number = _keep_number(application) or form_certificate_number(
            _unit_of(application), clock.today(), serial=0
        )
    except Refused as refusal:
        return refusal
    return find_filing_refusal(
        actor=actor,
        unit=_unit_of(application),
        record=_build_registration(application, clock.today(), number),
    )


def file_registration(application: Application, actor: User) -> str:
    """File the registration of a granted application by ``actor``; returns the certificate's number.

    Raises Refused as ``file_record`` and ``take_certificate_number`` do.
    """
    today, unit = clock.today(), _unit_of(application)
    number = _keep_number(application) or take_certificate_number(unit, today)
    record = _build_registration(application, today, number)
    file_record(actor=actor, unit=unit, record=record, client_id=_record_id(application))
    return number


def file_notice(application: Application, actor: User) -> None:
    """Enter a construction notice in the life of its unit, as of the day on which it came (rule 16).

    Raises Refused: 409 ``unit-unknown`` where the register of the actor's counties has no such unit;
    422 ``in-the-future`` for a repair or modification that has not begun; else as ``file_record`` does.
    """
    unit = application.unit or _get_unit_of_device_code(application.form["device_code"], actor)
    received_on = application.matter.received_at.astimezone(clock.SHANGHAI).date()
    told = application.form
    starts_on = dt.date.fromisoformat(told["starts_on"])
    facts = {
        "contractor": told["contractor"],
        "licence_no": told["licence_no"],
        "notice_no": application.matter.number or "",
        "notice_on": received_on,
    }
    # A modification holds its unit from the day of the work: it is entered once that has begun.
    record: Installation | Repair = (
        Installation(happened_on=received_on, **facts)
        if told["work"] == Stage.INSTALLATION
        else Repair(happened_on=starts_on, work=told["work"], **facts)
    )
    file_record(actor=actor, unit=unit, record=record, client_id=_record_id(application))


def _build_registration(application: Application, day: dt.date, number: str) -> Registration:
    return Registration(
        happened_on=day,
        kind=application.form["registration_kind"],
        certificate_no=number,
        authority_id=application.matter.office.authority_id,
        using_entity=application.applicant,
        relies_on=find_basis(_unit_of(application)),
    )


def _keep_number(application: Application) -> str:
    """The number that the unit keeps by this kind of registration (rule 3); empty where it gets a new one."""
    if application.form["registration_kind"] in application.kind_row.new_number:
        return ""
    return _unit_of(application).certificate_no or ""


def _unit_of(application: Application) -> Unit:
    assert application.unit is not None
    return application.unit


def _record_id(application: Application) -> uuid.UUID:
    """The same for the same application, so that it is filed once."""
    return uuid.uuid5(_NAMESPACE, str(application.pk))


def _get_unit_of_device_code(code: str, actor: User) -> Unit:
    found = Unit.objects.visible_to(actor).filter(device_code=code).first() if code else None
    if found is None:
        detail = _("The register has no unit of this device code. Enter the unit first.")
        raise Refused("unit-unknown", detail, status=409)
    return found
