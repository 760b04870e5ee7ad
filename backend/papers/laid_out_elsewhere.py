"""Papers that another room writes and lays out: here they take their number and become valid."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.lib import clock
from backend.lib.identifiers.random_code import make_code
from backend.lib.problems import Refused
from backend.offices.models import Office
from backend.papers.models import Paper, Series, Template
from backend.papers.numbers import format_number, take_serial
from backend.papers.series import require_open_series
from backend.papers.sight import require_right_in
from backend.papers.words import check_values

_ADDRESSEE = 120


def end_paper(paper: int, state: Paper.State, by: Paper) -> Paper:
    """End an issued paper by one that was issued just now: annulled (撤销) or repealed (废止).

    Whether the office of ``by`` may is asked where that one is written. Raises Refused: 409
    ``paper-ended`` for one that is no longer in force.
    """
    found = Paper.objects.select_for_update(of=("self",)).get(pk=paper)
    if found.state != Paper.State.ISSUED:
        told = _("%(number)s is no longer in force. Take it out of this document.")
        raise Refused("paper-ended", told % {"number": found.number}, status=409)
    found.state, found.ended_by = state, by
    found.save(update_fields=["state", "ended_by"])
    return found


@transaction.atomic
def number_paper(
    *,
    actor: User,
    office: Office,
    series: Series,
    template: str,
    addressee: str,
    fields: Mapping[str, str],
) -> Paper:
    """A paper of ``office`` under the next number of ``series`` of this year in China.

    The counter stays locked until the transaction ends. Raises Refused: 403 without the right in
    the office; 422 ``series-unknown`` for another office's; 409 ``series-closed``.
    """
    require_right_in(actor, Right.ISSUE_PAPERS, office)
    require_open_series(series.pk, office)
    version = Template.objects.get(code=template, layout="")
    today, now = clock.today(), clock.now()
    paper = Paper(
        code=make_code(),
        template=version,
        office=office,
        addressee=addressee if len(addressee) <= _ADDRESSEE else addressee[: _ADDRESSEE - 1] + "…",
        fields=check_values(version, fields),
        state=Paper.State.REGISTERED,
        series=series,
        year=today.year,
        registered_on=today,
        registered_by=actor,
        drafted_by=actor,
        drafted_at=now,
    )
    paper.serial = take_serial(series, today)
    paper.number = format_number(series, today.year, paper.serial)
    paper.save()
    return paper


@transaction.atomic
def issue_with_pdf(*, actor: User, paper: Paper, pdf: bytes) -> Paper:
    """Make a registered paper valid from now on, with its PDF, which stays as it is.

    Bytes that the storage does not take now wait on this machine's disk. Raises Refused: 403; 409
    ``paper-not-registered`` for one that is issued or withdrawn already.
    """
    require_right_in(actor, Right.ISSUE_PAPERS, paper.office)
    found = Paper.objects.select_for_update().get(pk=paper.pk)
    if found.state != Paper.State.REGISTERED:
        told = _("This paper is issued or withdrawn already.")
        raise Refused("paper-not-registered", told, status=409)
    found.pdf_key = default_storage.save(f"papers/{found.pk}.pdf", ContentFile(pdf))
    found.pdf_sha256, found.pdf_size = hashlib.sha256(pdf).hexdigest(), len(pdf)
    found.state, found.issued_by, found.issued_at = Paper.State.ISSUED, actor, clock.now()
    found.save(
        update_fields=["pdf_key", "pdf_sha256", "pdf_size", "state", "issued_by", "issued_at"]
    )
    return found
