"""Does what a phone asks for beside a decision: an assignment taken, given back, passed on, a step taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.problems import Refused, not_found
from backend.matters.choices import get_person_signing_in_as
from backend.matters.decisions import take_back
from backend.matters.hand_overs import (
    add_signer,
    claim_assignment,
    hand_over,
    release_assignment,
)
from backend.matters.models import Matter
from backend.matters.passings import ADD_SIGNER, CLAIM, HAND_OVER, RELEASE, TAKE_BACK
from backend.matters.steps import Sending, was_sent_before

_CHANGES: Mapping[str, Callable[..., object]] = {
    CLAIM: claim_assignment,
    RELEASE: release_assignment,
    HAND_OVER: hand_over,
    ADD_SIGNER: add_signer,
}


def pass_on(
    *, actor: User, matter: Matter, change: str, facts: Mapping[str, Any], sending: Sending
) -> None:
    """Do ``change`` with an assignment of the matter, or with its last step.

    Raises Refused as the acts of the floor do; 404 for an assignment of another matter, 409
    ``nothing-changed`` where it was so already: a receipt must stand on a step.
    """
    sent = {"actor": actor, "version": facts["version"], "sending": sending}
    if change == TAKE_BACK:
        take_back(matter=matter.pk, remark=facts["remark"], **sent)
        return
    if not matter.assignments.filter(pk=facts["assignment"]).exists():
        raise not_found(_("There is no such assignment for you."))
    _CHANGES[change](assignment=facts["assignment"], **sent, **_read_more(change, facts))
    if not was_sent_before(actor, matter.pk, sending):
        raise Refused("nothing-changed", _("It was so already. Look at it again."), status=409)


def _read_more(change: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """To whom it goes, with what is said of it."""
    if change not in (HAND_OVER, ADD_SIGNER):
        return {}
    person = get_person_signing_in_as(facts["person"], "person")
    said = {"remark": facts["remark"]}
    if change == HAND_OVER:
        return said | {"to": person}
    return said | {"person": person, "before": facts["before"]}
