"""The office of 历下 that writes, the city above it, and 市中 beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.documents.drafts import draft_document
from backend.documents.models import Document
from backend.documents.reference_files import load_document_rules
from backend.documents.wording import Wording
from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.papers.models import Series
from backend.papers.series import open_series
from backend.papers.template_files import load_templates
from tests.world import World, make_user, office_of

BODY = """根据《特种设备安全法》，现将电梯安全专项检查有关事项通知如下。
一、检查范围
全区在用电梯，重点是住宅小区和医院。
（一）使用单位自查。各使用单位于三月底前完成自查。
二、工作要求
各单位要高度重视，确保检查取得实效。"""


@dataclass
class DocumentCast:
    """Who sits where, and the series of numbers of 历下."""

    world: World
    office: Office
    city: Office
    neighbour: Office
    handler: User
    clerk: User
    leader: User
    keeper: User
    city_leader: User
    neighbour_leader: User
    neighbour_clerk: User
    series: Series

    def write(
        self, actor: User | None = None, *, key: uuid.UUID | None = None, **asked: Any
    ) -> Document:
        """A draft of the handler: a notice to 市中, unless ``asked`` says otherwise."""
        given: dict[str, Any] = {
            "kind": "notice",
            "direction": "down",
            "title": "关于开展电梯安全专项检查的通知",
            "body": BODY,
            "main": [self.neighbour],
        } | asked
        parties = {part: given.pop(part) for part in ("main", "copy", "joint") if part in given}
        wording = Wording(
            kind=given.pop("kind"),
            urgency=given.pop("urgency", None),
            ends=given.pop("ends", None),
            columns=given,
            parties=parties,
        )
        document, _new = draft_document(
            actor=actor or self.handler, office=None, wording=wording, key=key or uuid.uuid4()
        )
        return document

    def request(self, **asked: Any) -> Document:
        """A request to the city (请示), signed by the leader."""
        return self.write(
            **{
                "kind": "request", "direction": "up", "title": "关于增加检验经费的请示",
                "body": "因工作需要，请增加检验经费。妥否，请批示。", "main": [self.city],
                "signer": self.leader,
            } | asked
        )  # fmt: skip

    def sign(self, document: Document) -> Document:
        """The document, signed and reviewed: it waits for its number."""
        step(self.handler, document, "submit")
        step(self.clerk, document, "pass")
        step(self.leader, document, "sign")
        step(self.clerk, document, "approve")
        return document

    def register(self, document: Document) -> Document:
        """The signed document under the next number."""
        step(self.clerk, document, "register", details={"series": self.series.pk})
        document.refresh_from_db()
        return document

    def issue(self, document: Document) -> Document:
        """From the number to the issue."""
        step(self.clerk, document, "print", details={"print_copies": 20})
        step(self.clerk, document, "issue")
        document.refresh_from_db()
        return document


def step(
    user: User, document: Document, decision: str, *, details: Any = None, **chosen: Any
) -> None:
    """Take one decision in the version that the matter has now."""
    version = Matter.objects.values_list("version", flat=True).get(pk=document.pk)
    decide(
        actor=user, matter=document.pk, version=version, decision=decision,
        chosen=Chosen(**chosen), details=details,
    )  # fmt: skip


def seat_documents(world: World) -> DocumentCast:
    """The people at their desks, with kinds, rules, layout and templates loaded."""
    load_templates()
    load_document_rules()
    office, city, neighbour = map(office_of, (world.lixia, world.city, world.shizhong))
    keeper = make_user("keeper", Role.ADMINISTRATOR, world.lixia)
    series, _new = open_series(actor=keeper, office=office.pk, word="历市监发")
    return DocumentCast(
        world=world, office=office, city=city, neighbour=neighbour, keeper=keeper, series=series,
        handler=make_user("drafter", Role.HANDLER, world.lixia),
        clerk=make_user("checker", Role.CLERK, world.lixia),
        leader=make_user("signer", Role.LEADER, world.lixia),
        city_leader=make_user("city-leader", Role.LEADER, world.city),
        neighbour_leader=make_user("neighbour-leader", Role.LEADER, world.shizhong),
        neighbour_clerk=make_user("neighbour-clerk", Role.CLERK, world.shizhong),
    )  # fmt: skip
