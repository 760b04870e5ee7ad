"""What the page of a matter shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from backend.accounts.models import User
from backend.flows.definition import Flow
from backend.flows.drawing import draw_flow
from backend.flows.versions import read_version
from backend.lib import clock
from backend.matters.asked import author_for, may_take_back, offers_for
from backend.matters.kinds import all_kinds
from backend.matters.labels import label_in_language, reader_language
from backend.matters.links import papers_of
from backend.matters.models import Assignment, Link, Matter
from backend.matters.told import tell_clocks, tell_trail
from backend.offices.seats import Seats
from backend.web.forms.matters import DecisionForm, SignerForm, VersionedForm
from backend.web.paperforms import RegisterForm


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Who is asked what; ``mine`` where the reader may do it, ``signer`` where he may have one more asked."""

    assignment: Assignment
    what: str
    mine: bool
    signer: SignerForm | None


def describe_matter(
    user: User, matter: Matter, refused: DecisionForm | SignerForm | None = None
) -> dict[str, Any]:
    """All that the template reads; ``refused`` is the form of what was not done."""
    flow, kind = read_version(matter.flow_id), all_kinds()[matter.kind]
    return {
        "matter": matter,
        "kind": kind,
        "child": kind.model._default_manager.get(pk=matter.pk),
        "state": label_in_language(flow.states[matter.state]),
        "outcome": label_in_language(flow.outcomes[matter.outcome]) if matter.outcome else "",
        "late": matter.due_on is not None and matter.due_on < clock.today(),
        "forms": list(_decision_forms(user, matter, flow, refused)),
        "refused": refused,
        "version": VersionedForm(user, initial={"version": matter.version}),
        "may_take_back": may_take_back(user, matter),
        "asked": list(_list_asked(user, matter, flow, refused)),
        "clocks": list(tell_clocks(matter)),
        "trail": list(tell_trail(matter, flow)),
        "links": _visible_links(user, matter),
        "papers": [
            (paper, RegisterForm(paper, auto_id=f"p{paper.pk}-%s"))
            for paper in papers_of(user, matter)
        ],
        "picture": _draw_flow_inline(matter, flow),
    }


def _decision_forms(
    user: User, matter: Matter, flow: Flow, refused: DecisionForm | SignerForm | None
) -> Iterator[DecisionForm]:
    for offer in offers_for(user, matter):
        if isinstance(refused, DecisionForm) and refused["decision"].value() == offer.name:
            yield refused
        else:
            yield DecisionForm(user, matter, flow, offer)


def _list_asked(
    user: User, matter: Matter, flow: Flow, refused: DecisionForm | SignerForm | None
) -> Iterator[AskedLine]:
    seats = Seats.of(user)
    still_open = matter.assignments.filter(state=Assignment.State.OPEN)
    for one in still_open.select_related("office", "person").order_by("pk"):
        mine = author_for(user, seats, one) is not None
        ask, signer = flow.nodes[one.node].ask, None
        if mine and ask is not None and ask.add_signers:
            signer = SignerForm(user, matter, one.pk)
            if isinstance(refused, SignerForm) and refused.assignment == one.pk:
                signer = refused
        yield AskedLine(one, label_in_language(flow.nodes[one.node].label), mine, signer)


def _visible_links(user: User, matter: Matter) -> list[Link]:
    """The links of the matter but for its papers, and for those to a matter which the reader does not see."""
    rows = matter.links.select_related("unit__category", "entity", "person", "other")
    seen = set(
        Matter.objects.visible_to(user).filter(links_to__matter=matter).values_list("pk", flat=True)
    )
    rows = rows.filter(paper=None).order_by("pk")
    return [link for link in rows if link.other_id is None or link.other_id in seen]


def _draw_flow_inline(matter: Matter, flow: Flow) -> SafeString:
    return mark_safe(draw_flow(flow, matter.place, language=reader_language()))  # noqa: S308 - escaped there
