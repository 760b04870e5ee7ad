"""What the enterprise of the demonstration applied for: granted, under review, lacking something, new."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.accounts.models import User
from backend.approvals.kinds import FormField, get_application_kind
from backend.approvals.petitions import Petition, file_application
from backend.approvals.prefilled import prefill_form
from backend.directory.models import LegalEntity
from backend.exchange.demo.official_documents import office_in
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.matters.decisions import decide
from backend.papers.series import open_series
from backend.units.models import Unit, UnitStatus


@dataclass(frozen=True)
class Step:
    """Who decides what, whom he names and what he writes."""

    username: str
    decision: str
    persons: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Wish:
    """Something applied for, of a unit or not, and how far it has come."""

    kind: str
    of_unit: bool
    steps: tuple[Step, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)


_COUNTY = "370102"
_SERIES = ((_COUNTY, "历市监许"), ("370000", "鲁市监许"))
_FIT = "材料齐全，与登记信息一致"
_WISHES = (
    Wish(
        "use-registration", True, form={"registration_kind": "address"},
        steps=(
            Step("clerk2", "accept"), Step("leader2", "assign", ("handler",)),
            Step("handler", "fit", remark=_FIT), Step("leader2", "grant"), Step("registrar", "certify"),
        ),
    ),
    Wish(
        "use-registration", True, form={"registration_kind": "rename"},
        steps=(Step("clerk2", "ask-supplement", remark="请补充更名后的营业执照"),),
    ),
    Wish(
        "construction-notice", False,
        form={
            "work": "installation", "category": "曳引驱动乘客电梯", "user": "济南泉城商场有限公司",
            "address": "济南市历下区泉城路180号",
        },
    ),
    Wish(
        "filling-licence", False,
        steps=(
            Step("clerk3", "accept"), Step("leader3", "verify", ("handler2", "supervisor")),
            Step("handler2", "fit", remark=_FIT), Step("supervisor", "fit", remark=_FIT),
            Step("leader3", "grant"), Step("clerk3", "certify"),
        ),
    ),
    Wish("production-licence", False, steps=(Step("clerk3", "accept"),)),
    Wish("use-registration", True, form={"registration_kind": "address"}),
)  # fmt: skip
_WRITTEN = {
    "scope": "车用气瓶充装（压缩天然气）",
    "site": "济南市历下区工业南路",
    "staff": "安全管理人员2名，作业人员6名，均持证",
    "legal_representative": "赵经理",
    "licence_no": "TS3337012-2028",
    "safety_manager": "王安全",
    "safety_phone": "13905310001",
    "contact_phone": "13905310001",
}


def send_applications(people: dict[str, User]) -> None:
    """Those that the entity of ``enterprise`` has a registered unit for, one of a unit, and those of none."""
    for region, word in _SERIES:
        open_series(actor=people["administrator"], office=office_in(region).pk, word=word)
    applicant = LegalEntity.objects.filter(memberships__user=people["enterprise"]).first()
    if applicant is None:
        return
    in_use = Unit.objects.filter(using_entity=applicant, region=_COUNTY, status=UnitStatus.IN_USE)
    units = iter(in_use.not_held(clock.today()).order_by("pk"))
    for wish in _WISHES:
        unit = next(units, None) if wish.of_unit else None
        if wish.of_unit and unit is None:
            continue
        _send_application(people, applicant, wish, unit)


def _send_application(
    people: dict[str, User], applicant: LegalEntity, wish: Wish, unit: Unit | None
) -> None:
    kind = get_application_kind(wish.kind)
    known = prefill_form(kind, applicant, unit)
    form = (
        {one.name: _write_answer(one) for one in kind.fields if one.required}
        | known
        | {**wish.form}
    )
    petition = Petition(key=uuid.uuid4(), kind=kind, applicant=applicant, unit=unit, form=form)
    application, _new = file_application(actor=people["enterprise"], petition=petition)
    for step in wish.steps:
        named = tuple(people[username].pk for username in step.persons)
        decide(
            actor=people[step.username],
            matter=application.pk,
            version=None,
            decision=step.decision,
            chosen=Chosen(persons=named, remark=step.remark),
        )


def _write_answer(asked: FormField) -> str:
    """What the enterprise writes where the register knows nothing."""
    if asked.kind == "day":
        return str(clock.today() + dt.timedelta(days=7))
    return _WRITTEN.get(asked.name, "赵经理")
