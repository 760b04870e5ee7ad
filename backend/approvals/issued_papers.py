"""The papers that an application brings: drafted, numbered and issued in the step that decides."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.approvals.models import Application, IssuedPaper
from backend.evidence.handed_out import HandedOut
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.downloads import hand_out_pdf
from backend.papers.models import Paper, Series
from backend.papers.series import series_open_to


def issue_for(
    application: Application, actor: User, template: str, fields: Mapping[str, str]
) -> Paper:
    """Issue a paper of the office in charge to the applicant.

    Raises Refused: 409 ``series-missing`` where the office keeps no series of such numbers; else as
    the actions of papers do.
    """
    office = application.matter.office
    draft, _new = draft_paper(
        actor=actor,
        office=office.pk,
        template=template,
        addressee=application.applicant.name,
        fields=fields,
    )
    register_paper(actor=actor, paper=draft.pk, series=_get_series(office).pk)
    paper = issue_paper(actor=actor, paper=draft.pk)
    IssuedPaper.objects.create(application=application, paper=paper)
    return paper


def download_paper(*, actor: User, application: Application, paper: int) -> str:
    """A signed address of the PDF of a paper of an application; as :func:`fetch_paper`."""
    return fetch_paper(actor=actor, application=application, paper=paper).sign()


def fetch_paper(*, actor: User, application: Application, paper: int) -> HandedOut:
    """The PDF of a paper of an application that ``actor`` may see, handed out.

    Raises Refused: 404; 409 ``paper-not-made``.
    """
    seen = Application.objects.visible_to(actor).filter(pk=application.pk)
    issued = IssuedPaper.objects.filter(application__in=seen, paper=paper)
    found = issued.select_related("paper__template").first()
    if found is None:
        raise not_found(_("There is no such paper."))
    return hand_out_pdf(actor=actor, paper=found.paper)


def _get_series(office: Office) -> Series:
    ending = settings.APPROVAL_SERIES_ENDING
    rows = series_open_to(office).filter(word__endswith=ending)
    found = rows.order_by("pk").first()
    if found is None:
        detail = _(
            "Your office keeps no series of numbers that ends with %(word)s. Have one opened."
        )
        raise Refused("series-missing", detail % {"word": ending}, status=409)
    return found
