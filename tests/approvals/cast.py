"""An enterprise and the desks of a county, a city and a province that decide what it asks for."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.accounts.rights import Right
from backend.approvals.attachments import Enclosed
from backend.approvals.kinds import get_application_kind
from backend.approvals.models import Application
from backend.approvals.petitions import Petition, file_application
from backend.approvals.prefilled import prefill_form
from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.models import Matter
from backend.papers.series import open_series
from backend.papers.template_files import load_templates
from backend.units.filing import file_record
from backend.units.models import Inspection, Unit
from geo.models import Region
from tests.inspections.drafting import photo
from tests.world import World, make_user, office_of

INSPECTED_ON = dt.date(2026, 3, 2)
_ANSWERS = {"text": "有", "lines": "有", "day": "2026-03-01"}


@dataclass
class Hall:
    """The people at the desks of 历下; those of the province decide licences."""

    world: World
    clerk: User
    leader: User
    reviewer: User
    second: User
    registrar: User
    keeper: User
    neighbour: User
    high_clerk: User
    high_leader: User
    high_reviewers: tuple[User, User]

    def fill(self, kind: str, unit: Unit | None = None, **fields: str) -> dict[str, str]:
        """The form of a kind as an honest applicant fills it in."""
        row = get_application_kind(kind)
        known = prefill_form(row, self.world.mall, unit)
        asked = {
            field.name: field.choices[0].value if field.choices else _ANSWERS[field.kind]
            for field in row.fields
            if field.required
        }
        return asked | known | fields

    def petition(self, kind: str = "use-registration", **facts: Any) -> Petition:
        """What the mall asks for: of the lift, if the kind is about a unit."""
        row = get_application_kind(kind)
        unit = facts.pop("unit", self.world.lift if row.about == "unit" else None)
        form = self.fill(kind, unit, **facts.pop("form", {}))
        facts = {"key": uuid.uuid4(), "applicant": self.world.mall} | facts
        return Petition(kind=row, unit=unit, form=form, **facts)

    def apply(self, kind: str = "use-registration", **facts: Any) -> Application:
        """An application of the mall, sent by Qian."""
        application, _new = file_application(
            actor=self.world.qian, petition=self.petition(kind, **facts)
        )
        return application

    def enclose(self, document: str, colour: int = 7) -> Enclosed:
        """A picture that Qian has sent."""
        return Enclosed(document, photo(self.world, colour, self.world.qian))

    def inspect(self, unit: Unit, conclusion: str = "pass") -> None:
        """Have the installation of a unit inspected."""
        file_record(
            actor=self.world.lin,
            unit=unit,
            record=Inspection(
                happened_on=INSPECTED_ON, kind="sup_installation", conclusion=conclusion,
                report_no="JJ-2026-1",
            ),
            right=Right.FILE_REPORT,
        )  # fmt: skip

    def clerk_of(self, region: str) -> User:
        """A clerk in the office of the region of this code."""
        return make_user(f"clerk-of-{region}", Role.CLERK, Region.objects.get(pk=region))

    def to_decision(self, application: Application) -> None:
        """From the clerk's desk to the leader's, with one reviewer or two."""
        high = application.kind_row.level == "province"
        clerk, leader = (self.high_clerk, self.high_leader) if high else (self.clerk, self.leader)
        reviewers = self.high_reviewers if high else (self.reviewer,)
        step(clerk, application, "accept")
        named = "verify" if high else "assign"
        step(leader, application, named, persons=tuple(one.pk for one in reviewers))
        for one in reviewers:
            step(one, application, "fit", remark="材料属实")

    def to_certificate(self, application: Application) -> None:
        """All the way."""
        high = application.kind_row.level == "province"
        self.to_decision(application)
        step(self.high_leader if high else self.leader, application, "grant")
        step(self.high_clerk if high else self.registrar, application, "certify")


def step(user: User, application: Application, decision: str, **facts: Any) -> Matter:
    """Take one decision in the version that the matter has now."""
    version = Matter.objects.values_list("version", flat=True).get(pk=application.pk)
    details = facts.pop("details", None)
    return decide(
        actor=user,
        matter=application.pk,
        version=version,
        decision=decision,
        chosen=Chosen(**facts),
        details=details,
    )


def seat_hall(world: World) -> Hall:
    """The people at their desks, with series of numbers and the texts of papers."""
    load_templates()
    Region.objects.filter(pk__in=(world.lixia.pk, world.shizhong.pk)).update(plate_letters="A")
    for unit in (world.lift, world.boiler):
        unit.region.refresh_from_db()
    county, province = world.lixia, world.province
    hall = Hall(
        world=world,
        clerk=make_user("hall-clerk", Role.CLERK, county),
        leader=make_user("hall-leader", Role.LEADER, county),
        reviewer=make_user("hall-reviewer", Role.HANDLER, county),
        second=make_user("hall-second", Role.HANDLER, county),
        registrar=world.rui,
        keeper=make_user("hall-keeper", Role.ADMINISTRATOR, province),
        neighbour=make_user("hall-neighbour", Role.CLERK, world.shizhong),
        high_clerk=make_user("high-clerk", Role.CLERK, province),
        high_leader=make_user("high-leader", Role.LEADER, province),
        high_reviewers=(
            make_user("high-one", Role.HANDLER, province),
            make_user("high-two", Role.HANDLER, province),
        ),
    )
    for region, word in ((county, "历市监许"), (world.city, "济市监许"), (province, "鲁市监许")):
        open_series(actor=hall.keeper, office=office_of(region).pk, word=word)
    return hall
