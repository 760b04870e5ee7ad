"""What is done with a paper: draft, register, issue, replace, withdraw. Each locks the paper's row."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.lib import clock
from backend.lib.identifiers.random_code import make_code
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office
from backend.papers.models import NUMBER_FIELDS, Paper, Series, Template
from backend.papers.numbers import format_number, parse_number, take_serial
from backend.papers.pdf_orders import order_pdf
from backend.papers.series import require_open_series
from backend.papers.sheet import Unprintable, build_sheet, render_pdf
from backend.papers.sight import get_office_in_line, require_right_in
from backend.papers.words import check_text, check_values, fit_values
from backend.repeats.refusals import key_reused_refusal

State = Paper.State


def draft_paper(
    *,
    actor: User,
    office: int,
    template: str,
    addressee: str,
    fields: Mapping[str, Any],
    key: uuid.UUID | None = None,
) -> tuple[Paper, bool]:
    """A draft of ``office`` by the newest version of ``template``; returns it, and whether it is new.

    The same ``key`` of the same actor gives the paper that it made. Raises Refused: 403 without the
    right; 404 ``office-unknown`` for an office outside of the actor's line; 422
    ``template-unknown``, a ``field-…`` of ``check_values``, ``paper-unprintable``,
    ``idempotency-conflict``.
    """
    require_right(actor, Right.WRITE_PAPERS)
    place = get_office_in_line(actor, office)
    require_right_in(actor, Right.WRITE_PAPERS, place)
    version = Template.objects.exclude(layout="").filter(code=template).first()
    if version is None:
        told = _("There is no such template. Look at the list of templates.")
        raise Refused("template-unknown", told, field="template")
    return _keep_draft(actor, version, place, addressee, fields, key=key)


def draft_paper_of_step(
    *, drafter: User, office: Office, template: str, addressee: str, fields: Mapping[str, str]
) -> Paper:
    """A draft that a step of a matter makes by the newest version of ``template``.

    Whether the drafter may take the step is asked by the matter. Its words never hold the step up:
    of ``fields`` those that the template has are fitted in, and whether they can be printed is tried
    when the paper gets its number. Raises LookupError where the template is not loaded.
    """
    version = Template.objects.filter(code=template).first()
    if version is None:
        raise LookupError(f"no template {template} is loaded")
    with attribute_changes_to(drafter):
        return Paper.objects.create(
            code=make_code(),
            template=version,
            office=office,
            addressee=addressee,
            fields=fit_values(version, fields),
            drafted_by=drafter,
            drafted_at=clock.now(),
        )


def edit_draft(
    *,
    actor: User,
    paper: int,
    addressee: str | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Paper:
    """Write the words of a draft anew; what is None stays.

    Raises Refused: 403, 404; 409 ``paper-frozen`` once it has a number; 422 as ``draft_paper``.
    """
    with _lock_paper(actor, paper, Right.WRITE_PAPERS) as found:
        if found.state != State.DRAFT:
            told = _("Its words stay as they are once it has a number. Replace it by a new one.")
            raise Refused("paper-frozen", told, status=409)
        if addressee is not None:
            found.addressee = check_text(addressee, name="addressee")
        if fields is not None:
            found.fields = check_values(found.template, fields)
        _try_to_print(found, number="")
        found.save(update_fields=["addressee", "fields"])
        return found


def register_paper(
    *, actor: User, paper: int, series: int | None = None, host_number: str = ""
) -> Paper:
    """Give a draft its number: the next of ``series`` of this year in China, or that of the host of a joint document.

    From now on its words are frozen. Raises Refused: 403, 404; 409 ``paper-registered``,
    ``paper-withdrawn``, ``series-closed``; 422 ``series-or-host``, ``series-unknown`` for one that
    is not of the paper's office, ``number-malformed``, ``paper-unprintable``.
    """
    require_right(actor, Right.ISSUE_PAPERS)
    if (series is None) == (not host_number):
        told = _("Name either a series or the number that the host of a joint document gave.")
        raise Refused("series-or-host", told, field="series")
    with _lock_paper(actor, paper, Right.ISSUE_PAPERS) as found:
        _require_state(found, State.DRAFT)
        found.state, found.registered_by = State.REGISTERED, actor
        found.registered_on = clock.today()
        if series is None:
            _take_over_number(found, host_number)
        else:
            _give_number(found, require_open_series(series, found.office))
        found.save(update_fields=["state", *NUMBER_FIELDS])
        return found


def issue_paper(*, actor: User, paper: int) -> Paper:
    """Make a registered paper valid from now on, and order its PDF; a paper that it replaces ends.

    On an issued paper whose PDF failed it orders the PDF anew. Raises Refused: 403, 404; 409
    ``paper-not-registered``, ``paper-issued``, ``paper-replaced``, ``paper-withdrawn``,
    ``paper-of-a-matter``.
    """
    with _lock_paper(actor, paper, Right.ISSUE_PAPERS) as found:
        if found.state == State.ISSUED and found.pdf_failed:
            found.job = order_pdf(actor=actor, paper=found)
            found.save(update_fields=["job"])
            return found
        _refuse_laid_out_elsewhere(found)
        _require_state(found, State.REGISTERED)
        found.state, found.issued_by, found.issued_at = State.ISSUED, actor, clock.now()
        found.job = order_pdf(actor=actor, paper=found)
        found.save(update_fields=["state", "issued_by", "issued_at", "job"])
        if found.replaces_id is not None:
            _end_replaced(found.replaces_id)
        return found


def draft_replacement(
    *, actor: User, paper: int, key: uuid.UUID | None = None
) -> tuple[Paper, bool]:
    """A draft with the words of an issued paper, which it replaces when it is issued itself.

    Returns it, and whether it is new. Raises Refused: 403, 404; 409 ``paper-not-issued``,
    ``paper-replaced``, ``paper-withdrawn``, ``replacement-begun`` while another one is on its way.
    """
    with _lock_paper(actor, paper, Right.WRITE_PAPERS) as old:
        made = _made_before(actor, key)
        if made is not None and made.replaces_id == old.pk:
            return made, False
        _refuse_laid_out_elsewhere(old)
        _require_state(old, State.ISSUED)
        if old.replacements.exclude(state=State.WITHDRAWN).exists():
            told = _("Another one that replaces it is on its way. Finish or withdraw that one.")
            raise Refused("replacement-begun", told, status=409)
        newest = Template.objects.filter(code=old.template.code).first() or old.template
        values = {f["name"]: old.fields.get(f["name"], "") for f in newest.fields}
        return _keep_draft(actor, newest, old.office, old.addressee, values, key=key, replaces=old)


def withdraw_paper(*, actor: User, paper: int, reason: str) -> Paper:
    """End a paper, or give a draft up; its number stays taken. The same again changes nothing.

    Raises Refused: 403, 404; 409 ``paper-replaced``, ``paper-annulled``, ``paper-repealed``, or
    ``paper-withdrawn`` for another reason; 409 ``document-in-force`` for an issued official
    document, which only another document ends; 422 ``reason-missing``.
    """
    told = check_text(reason, name="reason")
    with _lock_paper(actor, paper, Right.ISSUE_PAPERS) as found:
        if found.state == State.WITHDRAWN and found.withdrawal_reason == told:
            return found
        _require_state(found, State.DRAFT, State.REGISTERED, State.ISSUED)
        if not found.is_withdrawable:
            text = _(
                "It is in force. Recall what nobody has opened, or draft a document that annuls or "
                "repeals it."
            )
            raise Refused("document-in-force", text, status=409)
        if not told:
            raise Refused("reason-missing", _("Say why it is withdrawn."), field="reason")
        found.state, found.withdrawal_reason = State.WITHDRAWN, told
        found.withdrawn_by, found.withdrawn_at = actor, clock.now()
        found.save(update_fields=["state", "withdrawal_reason", "withdrawn_by", "withdrawn_at"])
        return found


def _keep_draft(
    actor: User,
    template: Template,
    office: Office,
    addressee: str,
    values: Mapping[str, Any],
    *,
    key: uuid.UUID | None,
    replaces: Paper | None = None,
) -> tuple[Paper, bool]:
    fresh = Paper(
        code=make_code(),
        template=template,
        office=office,
        addressee=check_text(addressee, name="addressee"),
        fields=check_values(template, values),
        drafted_by=actor,
        drafted_at=clock.now(),
        idempotency_key=key,
        replaces=replaces,
    )
    _try_to_print(fresh, number="")
    with transaction.atomic(), attribute_changes_to(actor):
        if key is None:
            fresh.save()
            return fresh, True
        # Of two that come at once the second waits for the first, and finds its paper.
        Paper.objects.bulk_create([fresh], ignore_conflicts=True)
        kept = Paper.objects.get(drafted_by=actor, idempotency_key=key)
    return _require_same_draft(kept, fresh)


def _require_same_draft(kept: Paper, asked: Paper) -> tuple[Paper, bool]:
    if kept.code == asked.code:
        return kept, True
    same = ("template_id", "office_id", "addressee", "fields", "replaces_id")
    if any(getattr(kept, name) != getattr(asked, name) for name in same):
        raise key_reused_refusal()
    return kept, False


def _made_before(actor: User, key: uuid.UUID | None) -> Paper | None:
    if key is None:
        return None
    return Paper.objects.filter(drafted_by=actor, idempotency_key=key).first()


@contextmanager
def _lock_paper(actor: User, paper: int, right: Right) -> Iterator[Paper]:
    """A paper that the actor may see, locked until the end.

    Raises Refused: 403 without the right, or with one that does not reach its office; 404.
    """
    require_right(actor, right)
    with transaction.atomic(), attribute_changes_to(actor):
        rows = Paper.objects.visible_to(actor).select_related("template", "office", "job")
        found = lock_row(rows, paper)
        if found is None:
            raise not_found(_("There is no such paper."))
        require_right_in(actor, right, found.office)
        yield found


def _refuse_laid_out_elsewhere(paper: Paper) -> None:
    """Refuse (409) what is issued and replaced where it was written, as an official document is."""
    if not paper.template.layout:
        told = _("Go on in the matter to which this paper belongs.")
        raise Refused("paper-of-a-matter", told, status=409)


def _require_state(paper: Paper, *allowed: str) -> None:
    """Raises Refused (409) that says where the paper stands."""
    if paper.state in allowed:
        return
    told = {
        State.DRAFT: ("paper-not-registered", _("It has no number yet. Register it first.")),
        State.REGISTERED: ("paper-registered", _("It has its number already.")),
        State.ISSUED: ("paper-issued", _("It is issued already.")),
        State.REPLACED: ("paper-replaced", _("It is replaced by another one.")),
        State.WITHDRAWN: ("paper-withdrawn", _("It is withdrawn.")),
        State.ANNULLED: ("paper-annulled", _("It is annulled by another document.")),
        State.REPEALED: ("paper-repealed", _("It is repealed by another document.")),
    }
    if State.ISSUED in allowed and paper.state == State.REGISTERED:
        raise Refused("paper-not-issued", _("It is not issued yet."), status=409)
    code, detail = told[State(paper.state)]
    raise Refused(code, detail, status=409)


def _give_number(paper: Paper, series: Series) -> None:
    assert paper.registered_on is not None
    paper.series, paper.year = series, paper.registered_on.year
    _try_to_print(paper, number=format_number(series, paper.year, 1))
    paper.serial = take_serial(series, paper.registered_on)
    paper.number = format_number(series, paper.year, paper.serial)


def _take_over_number(paper: Paper, number: str) -> None:
    if parse_number(number) is None:
        told = _("Write it as 鲁质监发〔2006〕12号: brackets 〔〕, no 第, no zero in front.")
        raise Refused("number-malformed", told, field="host_number")
    _try_to_print(paper, number=number)
    paper.number = number


def _end_replaced(paper: int) -> None:
    """One that was withdrawn meanwhile stays so."""
    old = Paper.objects.select_for_update(of=("self",)).get(pk=paper)
    if old.state == State.ISSUED:
        old.state = State.REPLACED
        old.save(update_fields=["state"])


def _try_to_print(paper: Paper, *, number: str) -> None:
    """Raises Refused ``paper-unprintable`` before anything is promised that cannot be printed."""
    now = clock.now()
    try:
        render_pdf(build_sheet(paper, number=number, day=clock.today()), made_at=now)
    except Unprintable as error:
        told = _("Not every character can be printed: %(message)s")
        raise Refused("paper-unprintable", told % {"message": error}) from error
