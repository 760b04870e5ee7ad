"""A small cast in two counties, for every test.

历下区 370102 and 市中区 370103 are two squares side by side. Lin and Wei inspect 历下, Chen
inspects 市中; Zhao supervises the whole province; Rui registers and Ou enforces in 历下;
Qian acts for the enterprise that uses the lift and the boiler of 历下.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection

from backend.accounts.models import Role, User
from backend.deadlines.rule_files import load_deadline_rules
from backend.directory.models import Authority, LegalEntity, Membership
from backend.exchange.management.commands.load_reference import load_flows
from backend.inspections.checklist_files import load_checklists
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.papers.template_files import load_templates
from backend.units.models import Category, Unit
from backend.units.reference_data import load_catalogue, load_rules
from backend.workdays.actions import load_holidays
from geo.models import Region
from tests.kept_rows import date_back, keep_new_rows, restore_rows

PASSWORD = "correct horse battery"
LONG_AGO = dt.date(2018, 11, 1)
_CAST: list[World] = []
_AGE = dt.timedelta(days=1)


@dataclass
class World:
    """The cast and its things."""

    province: Region
    city: Region
    lixia: Region
    shizhong: Region
    mall: LegalEntity
    plant: LegalEntity
    maintainer: LegalEntity
    lin: User
    wei: User
    chen: User
    zhao: User
    rui: User
    ou: User
    qian: User
    lift: Unit
    boiler: Unit
    forklift_elsewhere: Unit


def load_reference() -> None:
    """The catalogue, the rules and the checklists as shipped: loaded once, for they take longer
    than most tests."""
    load_catalogue()
    load_rules()
    load_holidays()
    load_deadline_rules()
    load_flows()
    load_checklists()
    load_templates()


@contextlib.contextmanager
def committed() -> Iterator[World]:
    """The cast in committed rows, which other connections see; all that is committed meanwhile is
    taken away afterwards."""
    try:
        yield build()
    finally:
        restore_rows()
        connection.close()


def keep_cast() -> None:
    """Makes the cast once, for ``build`` to bring: its 75 statements are more than most tests ask.

    It has been there for a day whenever a test begins, be it the first or the last of a run.
    """
    world = _make()
    keep_new_rows("cast_")
    date_back("cast_", _AGE)
    for row in vars(world).values():
        for field in row._meta.concrete_fields:
            if isinstance(moment := getattr(row, field.attname), dt.datetime):
                setattr(row, field.attname, moment - _AGE)
    _CAST.append(world)


def build() -> World:
    """Everything above, in the database of the running test.

    Among regions that are there already, and under another day, it is made anew.
    """
    if (
        abs(clock.now() - dt.datetime.now(dt.UTC)) > dt.timedelta(minutes=1)
        or Region.objects.exists()
    ):
        return _make()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cast_.bring()")
    return copy.deepcopy(_CAST[-1])


def _make() -> World:
    province = make_region("370000", "山东省", Region.Level.PROVINCE, None, 116.9, 117.1)
    city = make_region("370100", "济南市", Region.Level.CITY, province, 116.9, 117.1)
    lixia = make_region("370102", "历下区", Region.Level.COUNTY, city, 117.0, 117.1)
    shizhong = make_region("370103", "市中区", Region.Level.COUNTY, city, 116.9, 117.0)
    mall = LegalEntity.objects.create(
        name="济南泉城商场有限公司", uscc="91370200264574251E", region=lixia
    )
    plant = LegalEntity.objects.create(
        name="市中热力有限公司", uscc="91110000802100433B", region=shizhong
    )
    maintainer = LegalEntity.objects.create(
        name="泉城电梯维保有限公司", uscc="914403001922038216", region=lixia
    )
    qian = make_user("qian", Role.ENTERPRISE, None)
    Membership.objects.create(user=qian, entity=mall)
    return World(
        province=province,
        city=city,
        lixia=lixia,
        shizhong=shizhong,
        mall=mall,
        plant=plant,
        maintainer=maintainer,
        lin=make_user("lin", Role.INSPECTOR, lixia),
        wei=make_user("wei", Role.INSPECTOR, lixia),
        chen=make_user("chen", Role.INSPECTOR, shizhong),
        zhao=make_user("zhao", Role.SUPERVISOR, province),
        rui=make_user("rui", Role.REGISTRAR, lixia),
        ou=make_user("ou", Role.OFFICER, lixia),
        qian=qian,
        lift=make_unit("3110", lixia, mall, maintainer=maintainer, device_code="31101088920190001"),
        boiler=make_unit("1100", lixia, mall, device_code="11001088920190002"),
        forklift_elsewhere=make_unit("5110", shizhong, plant, device_code="51101088920190003"),
    )


def make_region(
    code: str, name: str, level: str, parent: Region | None, west: float, east: float
) -> Region:
    """A region whose boundary is the box between two meridians and 36.6–36.7 N."""
    box = MultiPolygon(Polygon.from_bbox((west, 36.6, east, 36.7)), srid=4326)
    region, _ = Region.objects.get_or_create(
        code=code,
        defaults={"name": name, "level": level, "parent": parent, "boundary": box},
    )
    return region


def make_user(username: str, role: str, region: Region | None) -> User:
    """A user who signs in with ``PASSWORD``; staff has a post in the office of the region."""
    user = User.objects.create(
        username=username,
        password=_hashed(PASSWORD),
        role=role,
        region=region,
        display_name=username.title(),
    )
    return user if region is None else _give_post(user, role, region)


def hold(user: User, role: str, region: Region) -> User:
    """``user`` with this post alone, which began long ago."""
    Post.objects.filter(user=user).delete()
    return _give_post(user, role, region)


def _give_post(user: User, role: str, region: Region) -> User:
    Post.objects.create(user=user, office=office_of(region), role=role, starts_on=LONG_AGO)
    user.refresh_from_db()
    return user


def office_of(region: Region) -> Office:
    """The office of the authority of ``region``; both are made where there are none, with those above."""
    code = f"S{region.pk}"
    known: Office | None = Office.objects.filter(code=code).first()
    if known is not None:
        return known
    above = region.parent and office_of(region.parent)
    authority, _made = Authority.objects.get_or_create(
        code=code,
        defaults={
            "name": f"{region.name}市场监督管理局", "level": region.level, "region": region,
            "parent": above and above.authority,
        },
    )  # fmt: skip
    return Office.objects.create(
        code=code, name=authority.name, authority=authority, region=region, parent=above
    )


@functools.cache
def _hashed(password: str) -> str:
    """Hashed once for the whole run."""
    return make_password(password)


def make_unit(
    category: str, region: Region, using_entity: LegalEntity | None = None, **facts: object
) -> Unit:
    """An unregistered unit in ``region``."""
    found = Category.objects.get(code=category)
    now = clock.now()
    defaults: dict[str, object] = {
        "category": found,
        "kind": found.kind,
        "region": region,
        "using_entity": using_entity,
        "address": "泉城路1号",
        "position": Point(117.05 if region.code == "370102" else 116.95, 36.65, srid=4326),
        "created_at": now,
        "updated_at": now,
        "first_used_on": dt.date(2020, 1, 10),
    }
    return Unit.objects.create(**(defaults | facts))
