"""What follows from each decision in an application: papers, certificates, records, bans, and the applicant is told."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from backend.approvals.bans import impose_ban
from backend.approvals.certificates import grant_certificate, issue_certificate
from backend.approvals.issued_papers import issue_for
from backend.approvals.models import Application, Ban
from backend.approvals.news import tell_applicant
from backend.approvals.registrations import file_notice, find_registration_refusal
from backend.approvals.rule_rows import extensions_of
from backend.flows.versions import read_version
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.clocks import extend_deadline, running_deadlines
from backend.matters.models import Deadline, Matter, Step

_Follow = Callable[[Application, Step], None]


def carry_out(matter: Matter, effect: str, step: Step) -> None:
    """Do what follows from ``effect``, and tell the applicant; raises Refused to undo the decision."""
    application = Application.objects.select_related(
        "applicant", "unit__category", "unit__region", "person", "certificate"
    ).get(pk=matter.pk)
    application.matter = matter
    follow = _FOLLOWING.get(effect)
    if follow is not None:
        follow(application, step)
        application.save()
    if effect not in _QUIET:
        tell_applicant(application)


def _accept_application(application: Application, step: Step) -> None:
    application.accepted_on = clock.today()
    words = {"received_on": _received_on(application), "accepted_on": str(clock.today())}
    _issue_paper(application, step, "application-acceptance", words)


def _accept_by_silence(application: Application, step: Step) -> None:
    """Accepted from the day from which the clock was counted (Licensing Law art. 32 (4), rule 20)."""
    passed = Deadline.objects.get(pk=step.facts["deadline"])
    application.accepted_on, application.accepted_by_silence = passed.counted_from, True


def _ask_supplement(application: Application, step: Step) -> None:
    application.supplement_asked_at = clock.now()
    named = [f"{at}. {one.zh}" for at, one in enumerate(application.lacking_documents, 1)]
    missing = "\n".join([*named, step.remark])
    words = {"received_on": _received_on(application), "missing": missing}
    _issue_paper(application, step, "application-supplement", words)


def _not_accept(application: Application, step: Step) -> None:
    application.decided_on, application.reason = clock.today(), step.remark
    words = {"received_on": _received_on(application), **_reasons_of_step(application, step)}
    _issue_paper(application, step, "application-not-accepted", words)
    _ban_liar(application, step)


def _wait_for_appraisal(application: Application, _step: Step) -> None:
    application.waiting_for = Application.Waiting.APPRAISAL


def _wait_for_hearing(application: Application, _step: Step) -> None:
    application.waiting_for = Application.Waiting.HEARING


def _go_on(application: Application, _step: Step) -> None:
    application.waiting_for = ""


def _extend_decision(application: Application, step: Step) -> None:
    """More days for the decision, with the head's approval (Licensing Law art. 42)."""
    longer = extensions_of(clock.today())
    running = running_deadlines(application.matter).filter(rule__code__in=longer)
    code = running.values_list("rule__code", flat=True).first() or ""
    deadline = extend_deadline(application.matter, code, longer.get(code, ""))
    words = {
        "accepted_on": str(application.accepted_on),
        "due_on": str(deadline.due_on),
        "reason": step.remark,
    }
    _issue_paper(application, step, "application-extension", words)


def _grant_application(application: Application, step: Step) -> None:
    """Refused where the register would not take the registration: no certificate is promised in vain."""
    _refuse_while_waiting(application)
    if application.unit is not None:
        refusal = find_registration_refusal(application, step.taker)
        if refusal is not None:
            raise refusal
    application.decided_on = clock.today()


def _refuse_application(application: Application, step: Step) -> None:
    _refuse_while_waiting(application)
    application.decided_on, application.reason = clock.today(), step.remark
    words = {"accepted_on": str(application.accepted_on), **_reasons_of_step(application, step)}
    _issue_paper(application, step, "application-refusal", words)
    _ban_liar(application, step)


def _take_decision_back(application: Application, _step: Step) -> None:
    application.decided_on = None


def _issue_certificate(application: Application, step: Step) -> None:
    issue_certificate(application, step.taker)


def _renew_by_silence(application: Application, _step: Step) -> None:
    application.renewed_by_silence, application.waiting_for = True, ""
    application.decided_on = clock.today()
    grant_certificate(application, None)


def _file_notice(application: Application, step: Step) -> None:
    file_notice(application, step.taker)


_FOLLOWING: dict[str, _Follow] = {
    "accept": _accept_application,
    "deem-accepted": _accept_by_silence,
    "ask-supplement": _ask_supplement,
    "not-accept": _not_accept,
    "not-supplied": _not_accept,
    "send-for-appraisal": _wait_for_appraisal,
    "ask-hearing": _wait_for_hearing,
    "appraisal-done": _go_on,
    "hearing-held": _go_on,
    "extend": _extend_decision,
    "grant": _grant_application,
    "refuse": _refuse_application,
    "give-back": _take_decision_back,
    "certify": _issue_certificate,
    "deem-renewed": _renew_by_silence,
    "file": _file_notice,
}
_QUIET = frozenset({"assign", "verify", "fit", "unfit", "give-back", "supply", "withdraw"})
"""What is the office's own, or the applicant did himself."""


def _refuse_while_waiting(application: Application) -> None:
    if application.waiting_for:
        detail = _("It waits %(what)s. Note the end of that first.")
        told = {"what": application.get_waiting_for_display()}
        raise Refused("still-waiting", detail % told, status=409)


def _reasons_of_step(application: Application, step: Step) -> dict[str, str]:
    """The ground in words, and the reasons that were given."""
    flow = read_version(application.matter.flow_id)
    grounds = {name: label for of in flow.grounds.values() for name, label in of.items()}
    return {"ground": grounds[step.facts["ground"]].zh, "reason": step.remark}


def _issue_paper(
    application: Application, step: Step, template: str, words: dict[str, str]
) -> None:
    said = {"number": application.matter.number or "", "item": application.kind_row.zh}
    issue_for(application, step.taker, template, said | words)


def _ban_liar(application: Application, step: Step) -> None:
    if step.facts["ground"] == Ban.Cause.FALSE_MATERIAL:
        impose_ban(application, Ban.Cause.FALSE_MATERIAL, clock.today())


def _received_on(application: Application) -> str:
    return str(application.matter.received_at.astimezone(clock.SHANGHAI).date())
