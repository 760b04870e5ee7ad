"""What somebody may do with what is asked beside deciding it, as a phone shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.flows.versions import read_version
from backend.matters.choices import people_for, people_to_take
from backend.matters.labels import label_in_language
from backend.matters.models import Matter
from backend.matters.passings import (
    ADD_SIGNER,
    CLAIM,
    HAND_OVER,
    RELEASE,
    TAKE_BACK,
    Passing,
    passings_for,
)
from mobile_api.people import Described, near_people

_LABELS: Mapping[str, Promise | str] = {
    CLAIM: _("Take on"),
    RELEASE: _("Give back"),
    HAND_OVER: _("Hand over"),
    ADD_SIGNER: _("Ask one more"),
    TAKE_BACK: _("Take my last step back"),
}


def describe_passings(user: User, matter: Matter) -> list[dict[str, Any]]:
    """Each with its label, what it is about, and who is near of those whom it may go to."""
    return [
        {
            "type": one.name,
            "label": str(_LABELS[one.name]),
            "assignment": one.assignment and one.assignment.pk,
            "about": _say_about(user, matter, one),
            "people": _describe_passing(user, matter, one),
        }
        for one in passings_for(user, matter)
    ]


def _say_about(user: User, matter: Matter, passing: Passing) -> str:
    if passing.assignment is None:
        return ""
    asked = label_in_language(read_version(matter.flow_id).nodes[passing.assignment.node].label)
    person = passing.assignment.person
    return asked if person in (None, user) else f"{asked} · {person}"


def _describe_passing(user: User, matter: Matter, passing: Passing) -> Described:
    """Without himself: to whom it is handed over, and who is asked besides, is somebody else."""
    if passing.assignment is not None and passing.name == HAND_OVER:
        return near_people(user, people_to_take(passing.assignment).exclude(pk=user.pk))
    if passing.name == ADD_SIGNER:
        return near_people(user, people_for(matter).exclude(pk=user.pk))
    return []
