"""What stands in the papers (文书) of a letter: what the matter says, and never who told it.

All offices of its line read a paper, so the citizen is called in it by the number of his letter
(domain rule 23). Who serves it asks for the name with a reason; a party to an agreement signs himself.
"""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import User
from backend.flows.versions import read_version
from backend.hotline.models import HotlineMatter, Nature
from backend.lib import clock
from backend.matters.models import Link, Matter, Step

_OF_BOTH = frozenset({"mediation-agreement", "mediation-end"})
"""Papers that go to both sides."""
_TEMPLATES: dict[str, tuple[str, ...]] = {
    Nature.COMPLAINT: (
        "complaint-acceptance", "complaint-refusal", "mediation-agreement", "mediation-end",
        "letter-answer",
    ),
    Nature.CONDUCT: (),  # its papers would be read by more than the named people who see it
}  # fmt: skip
_WITH_GROUND = ("refuse", "end-mediation", "expire")
_NOT_TOLD = "未列明"
_PHONE = "12315"


def templates_for(child: HotlineMatter) -> tuple[str, ...]:
    """The codes of the papers that may be drafted for a letter of its nature."""
    return _TEMPLATES.get(child.nature, ("letter-answer",))


def find_template(child: HotlineMatter, step: Step) -> str | None:
    """The code of the paper that a decision calls for; None where it calls for none."""
    called_for = {
        "accept": "complaint-acceptance",
        "refuse": "complaint-refusal",
        "end-mediation": "mediation-end",
        "close": "letter-answer",
    }
    code = called_for.get(step.action)
    if step.action == "end-mediation" and step.facts.get("ground") == "agreed":
        code = "mediation-agreement"
    return code if code in templates_for(child) else None


def write_addressee(child: HotlineMatter, template: str) -> str:
    """To whom the paper is addressed."""
    return "双方当事人" if template in _OF_BOTH else f"第{child.matter.number}号来件人"


def write_fields(child: HotlineMatter, drafter: User) -> dict[str, str]:
    """All that is known for the fields of the templates, by their names."""
    matter = child.matter
    said = _find_grounded_step(matter)
    today = clock.today().isoformat()
    return {
        "number": matter.number or "",
        "received_on": _day_of(matter.received_at),
        "accepted_on": _accepted_on(matter),
        "mediated_on": today,
        "complainant": f"第{matter.number}号来件的投诉人",
        "respondent": child.against_name or _name_of_using_entity(matter) or _NOT_TOLD,
        "matter": child.account,
        "ground": _spell_ground(matter, said),
        "terms": said.remark if said and said.remark else _NOT_TOLD,
        "performance": "双方按照协议内容履行。",
        "advice": child.answer,
        "answer": child.answer or _NOT_TOLD,
        "handler": drafter.display_name or drafter.username,
        "phone": _PHONE,
    }


def _find_grounded_step(matter: Matter) -> Step | None:
    steps = matter.steps.filter(action__in=_WITH_GROUND)
    found: Step | None = steps.order_by("-version").first()
    return found


def _spell_ground(matter: Matter, step: Step | None) -> str:
    """The ground that the step names, in the words of its flow; the name of the decision where it has none."""
    if step is None:
        return _NOT_TOLD
    flow = read_version(matter.flow_id)
    decision = flow.nodes[step.node].decisions[step.action]
    grounds = flow.grounds.get(decision.demands.ground, {})
    named = grounds.get(step.facts.get("ground", ""))
    return (named or decision.label).zh


def _accepted_on(matter: Matter) -> str:
    accepted = matter.steps.filter(action="accept").order_by("version").first()
    return _day_of(accepted.at if accepted else matter.received_at)


def _name_of_using_entity(matter: Matter) -> str:
    about = matter.links.filter(kind=Link.Kind.ABOUT, unit__using_entity__isnull=False)
    return about.values_list("unit__using_entity__name", flat=True).first() or ""


def _day_of(moment: dt.datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).date().isoformat()
