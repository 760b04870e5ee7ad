"""What measurements need: the server's address, an officer with a fresh token, units and tags on
them."""

from __future__ import annotations

import datetime as dt
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef

from backend.accounts.models import DeviceToken, Role, User
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.units.models import Unit
from tagging.actions import mint_batch
from tagging.models import Binding, Tag

UNITS_IN_USE = 2000


def wait_for_server_and_count_units(base_url: str, size: int) -> tuple[str, int]:
    """The server's address, once it answers, and how many units there are."""
    base_url = base_url or settings.PUBLIC_BASE_URL
    for _attempt in range(120):
        try:
            urllib.request.urlopen(f"{base_url}/mobile/v1/ping", timeout=5).close()
            break
        except urllib.error.HTTPError:
            break  # it answers; that strangers get 401 is right
        except OSError:
            time.sleep(0.5)
    return base_url, size or Unit.objects.count()


def create_measurer() -> tuple[User, str]:
    """The account that measures, an officer of the province, and its token; it has no password."""
    user, _made = User.objects.update_or_create(
        username="bench", defaults={"role": Role.OFFICER, "region_id": "370000"}
    )
    province = Office.objects.of_authorities().get(region="370000", valid_to=None)
    Post.objects.get_or_create(
        user=user, office=province, role=Role.OFFICER, defaults={"starts_on": clock.today()}
    )
    DeviceToken.objects.filter(user=user).delete()
    _row, token = DeviceToken.objects.create(user=user, device_id="bench")
    return user, str(token)


def list_units_in_use(count: int = UNITS_IN_USE) -> list[int]:
    """Ids of units in use, spread over the whole register."""
    ends = Unit.objects.aggregate(oldest=Min("pk"), newest=Max("pk"))
    step = max((ends["newest"] - ends["oldest"]) // count, 1)
    wanted = range(ends["oldest"], ends["newest"] + 1, step)
    found = Unit.objects.filter(pk__in=wanted, status="in_use").values_list("pk", flat=True)
    return list(found[:count])


def tag_units(user: User, units: list[int]) -> list[str]:
    """Codes of tags on ``units``; missing ones are minted and bound by COPY-sized inserts."""
    bare = Unit.objects.filter(pk__in=units).exclude(
        Exists(Binding.objects.filter(unit=OuterRef("pk"), unbound_at=None))
    )
    ids = list(bare.values_list("pk", flat=True))
    if ids:
        tags = Tag.objects.filter(batch=mint_batch(actor=user, count=len(ids)))
        now = dt.datetime.now(dt.UTC)
        Binding.objects.bulk_create(
            Binding(tag=tag, unit_id=unit, bound_at=now, bound_by=user)
            for tag, unit in zip(tags, ids, strict=True)
        )
    found = Binding.objects.filter(unit__in=units, unbound_at=None)
    return list(found.values_list("tag_id", flat=True))
