"""What the things of a flow are called, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.flows.definition import Flow, Label
from backend.flows.versions import read_version
from backend.matters.kinds import Kind
from backend.matters.models import Matter

FLOOR_ACTIONS: Mapping[str, Promise | str] = {
    "open": _("opened"),
    "claim": _("taken on"),
    "release": _("given back"),
    "hand-over": _("handed over"),
    "add-signer": _("one more asked"),
    "take-back": _("last step taken back"),
    "link": _("linked"),
    "edit": _("text written anew"),
    "attach": _("file attached"),
    "detach": _("attachment taken off"),
    "split": _("split"),
    "join": _("joined with another"),
    "part-ended": _("a part has ended"),
    "deadline-passed": _("a deadline has passed"),
    "deadline-counted-anew": _("deadline counted anew"),
    "office-ended": _("passed to the successor of the office"),
}
"""What is done to a matter beside the decisions of its flow."""


def label_in_language(label: Label) -> str:
    """The label in the reader's language."""
    return label.zh if reader_language() == "zh" else label.en


def say_standing(matter: Matter) -> str:
    """Where the matter stands: its outcome once it is closed, else its state."""
    flow = read_version(matter.flow_id)
    return label_in_language(
        flow.outcomes[matter.outcome] if matter.outcome else flow.states[matter.state]
    )


def say_action(kind: Kind, flow: Flow, node: str, action: str) -> str:
    """What a step did: a decision of its node, an intervention, or what the kind or all matters know."""
    place = flow.nodes.get(node)
    if place is not None and action in place.decisions:
        return label_in_language(place.decisions[action].label)
    if action in flow.interventions:
        return label_in_language(flow.interventions[action].decision.label)
    if action in flow.happenings:
        return label_in_language(flow.happenings[action].decision.label)
    return str(kind.step_names.get(action) or FLOOR_ACTIONS.get(action, action))


def reader_language() -> str:
    """``zh`` or ``en``, as the reader asked."""
    return "zh" if (get_language() or "").startswith("zh") else "en"
