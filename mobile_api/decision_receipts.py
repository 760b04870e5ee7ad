"""Takes one decision of a phone, or what it asks for beside one, and says what became of it: a receipt that never lies.

What was taken is a step of its matter under the id that the phone made; what was not taken leaves
nothing behind, and the receipt says why, so that the phone can show it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.fieldwork.incoming_items import read_sent_id
from backend.flows.versions import read_version
from backend.lib.problems import Refused, error_pointers
from backend.matters.asked import offers_for, require_asked
from backend.matters.choices import resolve_choice
from backend.matters.decisions import decide
from backend.matters.models import Matter, Step
from backend.matters.passings import passings_for
from backend.matters.steps import Sending, was_sent_before
from backend.matters.told import TrailLine, tell_trail
from backend.offices.seats import Seats
from mobile_api.given_details import clean_details
from mobile_api.matter_serializers import DECISION, DecisionItemShape
from mobile_api.outbox_serializers import DUPLICATE
from mobile_api.passed_on import pass_on
from mobile_api.visible_matters import get_visible_matter

ACCEPTED, CONFLICT, REJECTED = "accepted", "conflict", "rejected"
_MOST_CHANGES = 3


def settle_decision(actor: User, sent: Any) -> dict[str, Any]:
    """Take the decision that was ``sent``, and its receipt."""
    shape = DecisionItemShape(data=sent)
    if not shape.is_valid():
        errors = list(error_pointers(shape.errors, ""))
        text = errors[0]["detail"] if errors else ""
        return _build_receipt(read_sent_id(sent) or None, REJECTED, "invalid", text, errors)
    asked = shape.validated_data
    try:
        return _build_receipt(str(asked["id"]), _take_decision(actor, _Asked(asked, sent["body"])))
    except Refused as refused:
        state = CONFLICT if refused.status in (409, 412) else REJECTED
        return _build_receipt(str(asked["id"]), state, refused.code, str(refused.detail))


def receipts_of_taken(user: User, ids: Collection[Any]) -> dict[Any, dict[str, Any]]:
    """The receipts of those ``ids`` under which ``user`` took a decision."""
    taken = Step.objects.filter(user=user, key__in=ids).values_list("key", flat=True)
    return {key: _build_receipt(str(key), ACCEPTED) for key in taken}


def _build_receipt(
    name: str | None, state: str, code: str = "", detail: str = "", errors: Any = ()
) -> dict[str, Any]:
    return {"id": name, "state": state, "code": code, "detail": detail, "errors": list(errors)}


class _Asked:
    """What one item asks for: a decision, or one of the acts beside it, with what came with it."""

    def __init__(self, item: dict[str, Any], body: Any) -> None:
        """Of an ``item`` that was checked, and its ``body`` as it was sent."""
        self.kind, self.facts = item["type"], item["body"]
        # Two acts may come with the same words: what they are is a part of what was asked for.
        self.sending = Sending(item["id"], body if self.kind == DECISION else [self.kind, body])

    @property
    def name(self) -> str:
        """What the flow, or the floor, calls it."""
        return str(self.facts["decision"]) if self.kind == DECISION else self.kind


def _take_decision(actor: User, asked: _Asked) -> str:
    """Do it; ``accepted``, or ``duplicate`` where it was done before. Raises Refused."""
    facts = asked.facts
    if _was_taken_before(actor, facts["matter"], asked.sending):
        return DUPLICATE
    matter = get_visible_matter(actor, facts["matter"])
    if facts["version"] != matter.version:
        raise _changed_refusal(actor, matter, asked)
    try:
        if asked.kind == DECISION:
            _decide_matter(actor, matter, facts, asked.sending)
        else:
            pass_on(
                actor=actor, matter=matter, change=asked.kind, facts=facts, sending=asked.sending
            )
    except Refused as refused:
        if refused.status != 412:
            raise
        # Somebody was faster by less than the time between the look and the lock.
        raise _changed_refusal(actor, get_visible_matter(actor, matter.pk), asked) from None
    return ACCEPTED


def _decide_matter(actor: User, matter: Matter, facts: dict[str, Any], sending: Sending) -> None:
    chosen = resolve_choice(
        remark=facts["remark"],
        ground=facts["ground"],
        office=facts.get("office"),
        persons=facts["persons"],
    )
    decide(
        actor=actor,
        matter=matter.pk,
        version=facts["version"],
        decision=facts["decision"],
        chosen=chosen,
        details=clean_details(matter, facts["decision"], facts["details"]),
        sending=sending,
    )


def _was_taken_before(actor: User, matter: int, sending: Sending) -> bool:
    """Whether this decision was taken; raises Refused 409 for another under its id.

    Asked before the right to see: who lost that since is not told that his decision was not taken.
    """
    try:
        return was_sent_before(actor, matter, sending)
    except Refused:
        text = _("Another decision was taken under this id. Decide anew.")
        raise Refused("item-conflict", text, status=409) from None


def _changed_refusal(actor: User, matter: Matter, asked: _Asked) -> Refused:
    """Why what was decided on another version is not taken: what was done since, and what that means."""
    code, text = _describe_lost_decision(actor, matter, asked)
    since = asked.facts["version"]
    lines = list(tell_trail(matter, read_version(matter.flow_id), since=since))
    changes = "; ".join(_tell_changes(lines[:_MOST_CHANGES]))
    changed = _("This matter has changed since: %(changes)s.") % {"changes": changes}
    told = f"{changed} {text}" if changes else text
    return Refused(code, told, status=409)


def _describe_lost_decision(actor: User, matter: Matter, asked: _Asked) -> tuple[str, str]:
    """What the change means for who decided: look again, or nothing is his to do any more."""
    offers = offers_for if asked.kind == DECISION else passings_for
    if asked.name in {offer.name for offer in offers(actor, matter)}:
        return "matter-changed", _("Your decision was not taken. Look at it again.")
    if matter.closed_at is not None:
        return "matter-closed", _("It has ended. Your decision was not taken.")
    try:
        require_asked(actor, Seats.of(actor), matter)
    except Refused as refused:
        if refused.code == "assignment-taken":
            return refused.code, _("Somebody else has taken it. Your decision was not taken.")
        return "no-longer-asked", _("It is asked of others now. Your decision was not taken.")
    return "no-longer-offered", _("That cannot be decided here any more. Look at it again.")


def _tell_changes(lines: list[TrailLine]) -> Iterator[str]:
    """Each step in a few words, the newest first."""
    for line in lines:
        when = formats.date_format(localtime(line.step.at), "m-d H:i")
        by = f"{line.step.user} " if line.step.user else ""
        yield f"{by}{line.did} ({when})"
