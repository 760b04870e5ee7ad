"""The people, places and units of the tag tests: two counties, an officer in each, two lifts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from backend.accounts.models import Role, User
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.units.models import Category, Unit
from geo.models import Region
from tagging.actions import mint_batch
from tests.world import make_user


@dataclass
class Cast:
    """Lin and Wei are officers of county A, Chen of county B, Bo an inspector of county A."""

    lin: User
    wei: User
    chen: User
    bo: User
    lift: Unit
    crane: Unit
    far_lift: Unit

    def codes(self, count: int = 1) -> list[str]:
        """Fresh tags minted by Lin."""
        batch = mint_batch(actor=self.lin, count=count, authority="历下区市场监督管理局")
        return list(batch.tags.order_by("code").values_list("code", flat=True))


def _user(name: str, role: str, region: Region) -> User:
    return make_user(name, role, region)


def _unit(region: Region, category: Category, number: int, user: LegalEntity) -> Unit:
    return Unit.objects.create(
        category=category,
        kind=category.kind,
        region=region,
        certificate_no=f"梯11鲁A{number:05d}(26)",
        internal_no=f"{number}号梯",
        using_entity=user,
        created_at=clock.now(),
        updated_at=clock.now(),
    )


def _region(code: str, name: str) -> Region:
    region, _made = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": Region.Level.COUNTY}
    )
    return region


def make_cast() -> Cast:
    """Everybody, in the present database."""
    here, there = _region("370102", "历下区"), _region("370202", "市南区")
    category, _made = Category.objects.get_or_create(
        code="3110",
        defaults={
            "level": Category.Level.VARIETY,
            "kind": "3",
            "name": "曳引驱动乘客电梯",
            "name_en": "traction passenger lift",
            "kind_name": "电梯",
            "type_name": "曳引与强制驱动电梯",
            "leaf": True,
            "registered_for_use": True,
        },
    )
    user = LegalEntity.objects.create(name="济南泉城物业管理有限公司", region=here)
    return Cast(
        lin=_user("lin", Role.OFFICER, here),
        wei=_user("wei", Role.OFFICER, here),
        chen=_user("chen", Role.OFFICER, there),
        bo=_user("bo", Role.INSPECTOR, here),
        lift=_unit(here, category, 1, user),
        crane=_unit(here, category, 2, user),
        far_lift=_unit(there, category, 3, user),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast in a test's transaction."""
    return make_cast()
