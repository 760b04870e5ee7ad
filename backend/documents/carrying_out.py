"""What the decisions in a document set off once they took effect: checks, signature, number, issue."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from backend.documents.document_numbers import number_document
from backend.documents.draft_checks import check_draft, refuse_signer_without_post
from backend.documents.endings import refuse_unfit_ending
from backend.documents.freeze import freeze_document, refuse_changed_text, take_signature_back
from backend.documents.issue import issue_document, refuse_ended_offices
from backend.documents.models import Document, Party
from backend.documents.sheet import refuse_unprintable
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Assignment, Matter, Step
from backend.offices.models import Post, post_in_force
from backend.papers.actions import withdraw_paper


def carry_out(matter: Matter, decision: str, step: Step) -> None:
    """Do what ``decision`` sets off. What is refused undoes the decision: nothing is half done."""
    act = _ACTS.get((matter.flow.name, decision)) or _ACTS.get(("", decision))
    if act is not None:
        document = Document.objects.select_related(
            "kind", "signer", "series", "paper", "ends__office"
        ).get(pk=matter.pk)
        document.matter = matter
        act(document, step)


def _check_document(document: Document, _step: Step) -> None:
    check_draft(document)
    refuse_signer_without_post(document)
    refuse_ended_offices(document)
    refuse_unfit_ending(document)
    refuse_unprintable(document)


def _sign_document(document: Document, step: Step) -> None:
    _check_document(document, step)
    _refuse_other_signer(document)
    _refuse_missing_joint_offices(document)
    freeze_document(document, step.user_id)


def _open_again(document: Document, _step: Step) -> None:
    if document.is_frozen:
        take_signature_back(document)


def _register_document(document: Document, step: Step) -> None:
    refuse_changed_text(document)
    number_document(document, step.taker)


def _register_stub(document: Document, step: Step) -> None:
    check_draft(document)
    number_document(document, step.taker)


def _print_document(document: Document, _step: Step) -> None:
    refuse_changed_text(document)
    refuse_unprintable(document)


def _issue_document(document: Document, step: Step) -> None:
    refuse_changed_text(document)
    issue_document(document, step.taker)


def _withdraw_document(document: Document, step: Step) -> None:
    if document.paper_id is not None:
        withdraw_paper(actor=step.taker, paper=document.paper_id, reason=step.remark[:400])


def _refuse_other_signer(document: Document) -> None:
    """Refuse (409) where another signed than the one named, since it came to be signed."""
    if document.signer_id is None:
        return
    steps = document.matter.steps.filter(to_state="signing").exclude(from_state="signing")
    came = steps.order_by("-version").values_list("at", flat=True)[0]
    signed = document.matter.assignments.filter(
        node="sign", decision="sign", state=Assignment.State.DONE, closed_at__gte=came
    )
    if not signed.filter(person=document.signer_id).exists():
        told = _("%(who)s is named as its signer. Let him sign, or send it back.")
        raise Refused("signer-other", told % {"who": document.signer}, status=409)


def _refuse_missing_joint_offices(document: Document) -> None:
    """Refuse (409) where an office that issues it too has not agreed since it was last submitted."""
    submitted = document.matter.steps.filter(action="submit").order_by("-version")
    since = submitted.values_list("at", flat=True)[0]
    agreed = document.matter.assignments.filter(
        node="countersign", decision="agree", closed_at__gte=since
    ).values("person")
    posts = Post.objects.filter(post_in_force(clock.today()), user__in=agreed)
    joint = document.parties.filter(part=Party.Part.JOINT)
    lacking = joint.exclude(office__in=posts.values("office")).first()
    if lacking is not None:
        told = _("%(office)s has not countersigned. Send it back and name somebody of it.")
        raise Refused("joint-office-missing", told % {"office": lacking.name}, status=409)


_ACTS: dict[tuple[str, str], Callable[[Document, Step], None]] = {
    ("document-stub", "register"): _register_stub,
    ("", "submit"): _check_document,
    ("", "pass"): _check_document,
    ("", "countersign"): _check_document,
    ("", "sign"): _sign_document,
    ("", "reopen"): _open_again,
    ("", "register"): _register_document,
    ("", "print"): _print_document,
    ("", "issue"): _issue_document,
    ("", "withdraw"): _withdraw_document,
}
"""By flow and decision; without a flow, in every flow."""
