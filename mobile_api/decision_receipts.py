"""Takes one decision of a phone, and says what became of it: a receipt that never lies.

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
from backend.matters.choices import find_chosen
from backend.matters.decisions import decide
from backend.matters.kinds import find_detail_form
from backend.matters.models import Matter, Step
from backend.matters.steps import Sending, was_sent_before
from backend.matters.told import TrailLine, tell_trail
from backend.offices.seats import Seats
from mobile_api.matter_serializers import DecisionItemShape
from mobile_api.outbox_serializers import DUPLICATE
from mobile_api.visible_matters import find_visible_matter

ACCEPTED, CONFLICT, REJECTED = "accepted", "conflict", "rejected"
_MOST_CHANGES = 3


def settle_decision(actor: User, sent: Any) -> dict[str, Any]:
    """Take the decision that was ``sent``, and its receipt."""
    shape = DecisionItemShape(data=sent)
    if not shape.is_valid():
        errors = list(error_pointers(shape.errors, ""))
        text = errors[0]["detail"] if errors else ""
        return _receipt(read_sent_id(sent) or None, REJECTED, "invalid", text, errors)
    name, facts = str(shape.validated_data["id"]), shape.validated_data["body"]
    sending = Sending(shape.validated_data["id"], sent["body"])
    try:
        return _receipt(name, _take(actor, facts, sending))
    except Refused as refused:
        state = CONFLICT if refused.status in (409, 412) else REJECTED
        return _receipt(name, state, refused.code, str(refused.detail))


def receipts_of_taken(user: User, ids: Collection[Any]) -> dict[Any, dict[str, Any]]:
    """The receipts of those ``ids`` under which ``user`` took a decision."""
    taken = Step.objects.filter(user=user, key__in=ids).values_list("key", flat=True)
    return {key: _receipt(str(key), ACCEPTED) for key in taken}


def _receipt(
    name: str | None, state: str, code: str = "", detail: str = "", errors: Any = ()
) -> dict[str, Any]:
    return {"id": name, "state": state, "code": code, "detail": detail, "errors": list(errors)}


def _take(actor: User, facts: dict[str, Any], sending: Sending) -> str:
    """Decide; ``accepted``, or ``duplicate`` where it was taken before. Raises Refused."""
    if _was_taken_before(actor, facts["matter"], sending):
        return DUPLICATE
    matter = find_visible_matter(actor, facts["matter"])
    if facts["version"] != matter.version:
        raise _changed_refusal(actor, matter, facts)
    chosen = find_chosen(
        remark=facts["remark"],
        ground=facts["ground"],
        office=facts.get("office"),
        persons=facts["persons"],
    )
    try:
        decide(
            actor=actor,
            matter=matter.pk,
            version=facts["version"],
            decision=facts["decision"],
            chosen=chosen,
            details=_clean_details(matter, facts["decision"], facts["details"]),
            sending=sending,
        )
    except Refused as refused:
        if refused.status != 412:
            raise
        # Somebody was faster by less than the time between the look and the lock.
        raise _changed_refusal(actor, find_visible_matter(actor, matter.pk), facts) from None
    return ACCEPTED


def _was_taken_before(actor: User, matter: int, sending: Sending) -> bool:
    """Whether this decision was taken; raises Refused 409 for another under its id.

    Asked before the right to see: who lost that since is not told that his decision was not taken.
    """
    try:
        return was_sent_before(actor, matter, sending)
    except Refused:
        text = _("Another decision was taken under this id. Decide anew.")
        raise Refused("item-conflict", text, status=409) from None


def _clean_details(matter: Matter, decision: str, given: dict[str, Any]) -> dict[str, Any]:
    """What comes with the decision, checked by the form that its page has."""
    form_class = find_detail_form(matter, decision)
    if form_class is None:
        return given
    form = form_class(given)
    for name in given.keys() - form.fields.keys():
        text = _("This does not belong to the decision.")
        raise Refused("detail-unfit", text, field=name)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Refused("detail-unfit", f"{label or name}: {errors[0]}", field=name)
    return {name: form.cleaned_data[name] for name in form.fields}


def _changed_refusal(actor: User, matter: Matter, facts: dict[str, Any]) -> Refused:
    """Why what was decided on another version is not taken: what was done since, and what that means."""
    code, text = _find_consequence(actor, matter, facts["decision"])
    lines = list(tell_trail(matter, read_version(matter.flow_id), since=facts["version"]))
    changes = "; ".join(_tell_changes(lines[:_MOST_CHANGES]))
    since = _("This matter has changed since: %(changes)s.") % {"changes": changes}
    told = f"{since} {text}" if changes else text
    return Refused(code, told, status=409)


def _find_consequence(actor: User, matter: Matter, decision: str) -> tuple[str, str]:
    """What the change means for who decided: look again, or nothing is his to do any more."""
    if decision in {offer.name for offer in offers_for(actor, matter)}:
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
