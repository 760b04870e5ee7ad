"""Takes an application in: checked, numbered, and before the office that decides it, with a receipt at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.approvals.attachments import Enclosed, attach_enclosed
from backend.approvals.bans import refuse_banned
from backend.approvals.filled_form import check_documents, check_form
from backend.approvals.kinds import ApplicationKind
from backend.approvals.models import Application, Certificate
from backend.approvals.numbers import take_application_number
from backend.approvals.renewals import refuse_unfit_certificate
from backend.directory.models import LegalEntity, Membership, Person
from backend.lib import clock
from backend.lib.locks import wait_for_lock
from backend.lib.problems import Refused, not_found
from backend.matters.links import add_link
from backend.matters.models import Link
from backend.matters.opening import Opening, open_matter
from backend.matters.steps import Author
from backend.offices.competence import find_competent_office
from backend.offices.models import Office
from backend.repeats.refusals import key_reused_refusal
from backend.units.models import Unit
from geo.models import Region

MATTER_KIND = "application"
_CODE_OF_LEVEL = {"county": "{0}", "city": "{0:.4}00", "province": "{0:.2}0000"}


@dataclass(frozen=True, slots=True)
class Petition:
    """What is asked for, before it is an application; ``key`` is its sender's."""

    key: uuid.UUID
    kind: ApplicationKind
    applicant: LegalEntity
    form: Mapping[str, str]
    purpose: str = Application.Purpose.NEW
    unit: Unit | None = None
    person: Person | None = None
    certificate: Certificate | None = None
    enclosed: Sequence[Enclosed] = field(default_factory=tuple)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was asked, to tell the same from another under one key."""
        named = (self.applicant, self.unit, self.person, self.certificate)
        papers = sorted((one.document, one.file.sha256) for one in self.enclosed)
        told = [self.kind.name, self.purpose, [row and row.pk for row in named], papers]
        text = json.dumps([*told, dict(self.form)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def file_application(*, actor: User, petition: Petition) -> tuple[Application, bool]:
    """Open the application of an entity that ``actor`` acts for; returns it, and whether it is new.

    The same key and petition again is the same application. Raises Refused: 404 for an entity that
    is not his; 409 ``applicant-banned``, ``application-open``, those of ``refuse_unfit_certificate``;
    422 those of ``check_form`` and ``check_documents``, ``unit-missing``, ``unit-unfit``,
    ``person-missing``, ``region-missing``, ``office-missing``, ``idempotency-conflict``.
    """
    require_acts_for(actor, petition.applicant)
    with transaction.atomic(), attribute_changes_to(actor):
        wait_for_lock(f"application-of-{petition.applicant.pk}")
        known = Application.objects.filter(sent_by=actor, sent_as=petition.key).first()
        if known is not None:
            return _require_same_application(known, petition), False
        today = clock.today()
        form = check_form(petition.kind, petition.form)
        check_documents(petition.kind, [one.document for one in petition.enclosed])
        _check_about(petition)
        refuse_banned(petition.applicant, petition.person, petition.kind.name, today)
        refuse_unfit_certificate(petition.kind, petition.purpose, petition.certificate, today)
        _refuse_second(petition)
        return _open_application(actor, petition, form, today), True


def require_acts_for(actor: User, entity: LegalEntity) -> None:
    """Refuse (404) an entity that ``actor`` does not act for."""
    if not actor.is_active or not Membership.objects.filter(user=actor, entity=entity).exists():
        raise not_found(_("There is no such entity that you act for."))


def _require_same_application(known: Application, petition: Petition) -> Application:
    if known.digest != petition.digest:
        raise key_reused_refusal()
    return known


def _check_about(petition: Petition) -> None:
    """Refuse (422) what the kind is not about, or what lacks."""
    about, unit, person = petition.kind.about, petition.unit, petition.person
    if about == "unit" and unit is None:
        raise Refused("unit-missing", _("Say which unit it is about."), field="unit")
    if unit is not None and (about in ("entity", "person") or not _is_fit(petition, unit)):
        detail = _("Whoever uses or owns the unit applies for it.")
        raise Refused("unit-unfit", detail, field="unit")
    if (person is not None) != (about == "person"):
        raise Refused("person-missing", _("Say whose certificate it is."), field="person")
    if person is not None and person.employer_id != petition.applicant.pk:
        raise Refused("person-unfit", _("The person's employer applies."), field="person")


def _is_fit(petition: Petition, unit: Unit) -> bool:
    """Whether the applicant has to do with the unit: a notice may come from whoever works on it."""
    if petition.kind.about == "maybe-unit":
        return True
    return petition.applicant.pk in (unit.using_entity_id, unit.owner_id)


def _refuse_second(petition: Petition) -> None:
    """Refuse (409) a second application for the same while one is under way."""
    if petition.kind.about == "maybe-unit":
        return
    same = Application.objects.filter(
        kind=petition.kind.name,
        applicant=petition.applicant,
        unit=petition.unit,
        person=petition.person,
        matter__closed_at=None,
    )
    if (other := same.select_related("matter").first()) is not None:
        detail = _("An application for the same is under way: %(number)s. Follow or withdraw it.")
        raise Refused("application-open", detail % {"number": other.matter.number}, status=409)


def _open_application(
    actor: User, petition: Petition, form: dict[str, str], today: dt.date
) -> Application:
    kind, region = petition.kind, _get_region(petition)
    child = Application(
        kind=kind.name,
        purpose=petition.purpose,
        applicant=petition.applicant,
        person=petition.person,
        unit=petition.unit,
        certificate=petition.certificate,
        form=form,
        sent_by=actor,
        sent_as=petition.key,
        digest=petition.digest,
    )
    opening = Opening(
        kind=MATTER_KIND,
        child=child,
        title=f"{kind.zh} {petition.applicant.shown_name}"[:200],
        office=_get_office(kind, region, today),
        region=region,
        flow=kind.flow,
        channel="web",
        number=take_application_number(kind, region.pk, today),
    )
    # Nobody of the house opens it: the applicant follows it by what he is told, not by the trail.
    matter = open_matter(actor=None, opening=opening, author=Author(actor))
    add_link(matter, Link.Kind.ABOUT, petition.applicant)
    if petition.unit is not None:
        add_link(matter, Link.Kind.ABOUT, petition.unit)
    attach_enclosed(actor, child, petition.enclosed)
    return child


def _get_region(petition: Petition) -> Region:
    region = petition.unit.region if petition.unit else petition.applicant.region
    if region is None:
        detail = _("The register does not know in which county you are. Have it entered.")
        raise Refused("region-missing", detail, field="applicant")
    return region


def _get_office(kind: ApplicationKind, region: Region, day: dt.date) -> Office:
    office = find_competent_office(_CODE_OF_LEVEL[kind.level].format(region.pk), day)
    if office is None:
        detail = _("No authority decides this there. Ask the authority of the province.")
        raise Refused("office-missing", detail, field="applicant")
    return office
