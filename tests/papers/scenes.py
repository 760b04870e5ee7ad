"""Offices with their people, a series of numbers, and papers on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.directory.models import Authority
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.models import Paper, Series
from backend.papers.series import open_series
from backend.papers.tasks import make_pdf
from backend.papers.template_files import load_templates
from tests.world import World, make_user

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
    city = _office("jn", "济南市市场监督管理局", world.city, None)
    bureau = _office("lx", "济南市历下区市场监督管理局", world.lixia, city)
    other = _office("sz", "济南市市中区市场监督管理局", world.shizhong, city)
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
    for name, office in (("superior", city), ("stranger", other)):
        give_post(people[name], office)
    for name in ("clerk", "writer", "keeper"):
        give_post(people[name], bureau)
    series, _new = open_series(actor=people["keeper"], office=bureau.pk, word="历市监诉受")
    return Desk(city=city, bureau=bureau, other=other, series=series, **people)


def give_post(user: User, office: Office) -> Post:
    """A post of the user's role, from long ago."""
    return Post.objects.create(
        user=user, office=office, role=user.role, starts_on=dt.date(2020, 1, 1)
    )


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


def _office(code: str, name: str, region: Any, parent: Office | None) -> Office:
    level = {None: Authority.Level.CITY}.get(parent, Authority.Level.COUNTY)
    authority = Authority.objects.create(code=code, name=name, level=level, region=region)
    office = Office.objects.create(
        code=code, name=name, parent=parent, authority=authority, region=region, path="-"
    )
    office.path = f"{parent.path if parent else ''}{office.pk}/"
    office.save(update_fields=["path"])
    return office


def in_years(day: dt.date, count: int) -> dt.datetime:
    """The noon of the same day of another year."""
    return dt.datetime(day.year + count, day.month, min(day.day, 28), 12, tzinfo=clock.SHANGHAI)
