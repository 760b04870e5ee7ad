"""Offices with their people, a series of numbers, and papers on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.offices.models import Office
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.models import Paper, Series
from backend.papers.series import open_series
from backend.papers.tasks import make_pdf
from backend.papers.template_files import load_templates
from tests.world import World, make_user, office_of

FIELDS = {
    "received_on": "2026-11-20",
    "respondent": "济南泉城商场有限公司",
    "matter": "购买的电热水器漏电。\n商家拒绝退货。",
    "material": "购货凭证、照片",
    "handler": "欧阳",
    "phone": "0531-88001234",
}


@dataclass
class Desk:
    """The bureau of 历下 with its city above it, and that of 市中 beside it."""

    city: Office
    bureau: Office
    other: Office
    clerk: User
    writer: User
    keeper: User
    superior: User
    stranger: User
    series: Series


def build_desk(world: World) -> Desk:
    """Everything above, in the database of the running test."""
    load_templates()
    city, bureau, other = (office_of(r) for r in (world.city, world.lixia, world.shizhong))
    people = {
        name: make_user(name, role, office.region)
        for name, role, office in (
            ("clerk", Role.CLERK, bureau),
            ("writer", Role.HANDLER, bureau),
            ("keeper", Role.ADMINISTRATOR, bureau),
            ("superior", Role.CLERK, city),
            ("stranger", Role.CLERK, other),
        )
    }
    series, _new = open_series(actor=people["keeper"], office=bureau.pk, word="历市监诉受")
    return Desk(city=city, bureau=bureau, other=other, series=series, **people)


def draft(desk: Desk, **changes: Any) -> Paper:
    """A notice of acceptance."""
    asked: dict[str, Any] = {
        "actor": desk.writer,
        "office": desk.bureau.pk,
        "template": "complaint-acceptance",
        "addressee": "张三",
        "fields": FIELDS,
    }
    paper, _new = draft_paper(**(asked | changes))
    return paper


def register(desk: Desk, paper: Paper | None = None) -> Paper:
    """A paper with the next number of the series."""
    paper = paper or draft(desk)
    return register_paper(actor=desk.clerk, paper=paper.pk, series=desk.series.pk)


def issue(desk: Desk, paper: Paper | None = None, *, made: bool = True) -> Paper:
    """An issued paper, with its PDF unless it is not to be ``made``."""
    paper = paper or register(desk)
    issued = issue_paper(actor=desk.clerk, paper=paper.pk)
    if made:
        make_pdf(str(issued.job_id))
    issued.refresh_from_db()
    return issued
