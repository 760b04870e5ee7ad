"""An account for each role and an inspector in each city, with passwords made anew and written to one
private file."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

from backend.accounts.models import Role, User
from backend.directory.models import LegalEntity, Membership
from backend.exchange.demo.province_plan import ProvincePlan
from backend.offices.models import Office, Post
from backend.units.models import Unit
from geo.models import Region
from tagging.models import Tag

ACCOUNTS_FILE: Path = settings.ROOT / ".local" / "demo.json"
# Username, role, jurisdiction, name: the province, one city with one of its counties, and who gets papers beside them.
DEMO_ACCOUNTS = (
    ("supervisor", Role.SUPERVISOR, "370000", "省局 王监督"),
    ("registrar", Role.REGISTRAR, "370102", "历下 李登记"),
    ("officer", Role.OFFICER, "370100", "济南 张监察"),
    ("inspector", Role.INSPECTOR, "370100", "济南 刘检验"),
    ("inspector2", Role.INSPECTOR, "370200", "青岛 陈检验"),
    ("enterprise", Role.ENTERPRISE, None, "使用单位 赵经理"),
    ("operator", Role.OPERATOR, "370100", "12365 周话务"),
    ("clerk", Role.CLERK, "370100", "济南 孙内勤"),
    ("leader", Role.LEADER, "370100", "济南 吴局长"),
    ("clerk2", Role.CLERK, "370102", "历下 郑内勤"),
    ("handler", Role.HANDLER, "370102", "历下 冯承办"),
    ("leader2", Role.LEADER, "370102", "历下 钱局长"),
    ("clerk3", Role.CLERK, "370000", "省局 高内勤"),
    ("handler2", Role.HANDLER, "370000", "省局 林拟稿"),
    ("leader3", Role.LEADER, "370000", "省局 韩局长"),
    ("clerk4", Role.CLERK, "370200", "青岛 于内勤"),
    ("clerk5", Role.CLERK, "370103", "市中 何内勤"),
    ("administrator", Role.ADMINISTRATOR, "370000", "系统管理员"),
)


def list_accounts() -> list[tuple[str, str, str | None, str]]:
    """``DEMO_ACCOUNTS`` and behind them an inspector for each city that has none there."""
    served = {region for _name, role, region, _shown in DEMO_ACCOUNTS if role == Role.INSPECTOR}
    cities = Region.objects.filter(level=Region.Level.CITY, valid_to=None).exclude(code__in=served)
    further = [
        (f"inspector{code[2:4]}", Role.INSPECTOR, code, f"{name.removesuffix('市')} 检验员")
        for code, name in cities.order_by("code").values_list("code", "name")
    ]
    return [*DEMO_ACCOUNTS, *further]


def make_accounts() -> dict[str, str]:
    """The users of ``list_accounts``, made or given a new password; returns passwords by username."""
    return {account[0]: _make_account(*account) for account in list_accounts()}


def add_missing_accounts(path: Path) -> None:
    """Make the accounts that a demonstration of an earlier version lacks, and write them into its file.

    Whoever is there already keeps his password. Without the file the register is no demonstration.
    """
    if not path.exists():
        return
    told = json.loads(path.read_text(encoding="utf-8"))
    there = set(User.objects.values_list("username", flat=True))
    for username, role, region, name in list_accounts():
        if username not in there:
            password = _make_account(username, role, region, name)
            told["accounts"].append(_describe_account(username, role, region, password))
    _write_privately(path, told)


def _make_account(username: str, role: str, region: str | None, name: str) -> str:
    """The user with his post, made or given a new password, which is returned."""
    password = secrets.token_urlsafe(12)
    user, _made = User.objects.update_or_create(
        username=username, defaults={"role": role, "region_id": region, "display_name": name}
    )
    user.set_password(password)
    user.save(update_fields=["password"])
    if region is not None:
        _give_post(user, role, region)
    return password


def _describe_account(
    username: str, role: str, region: str | None, password: str
) -> dict[str, str | None]:
    return {"role": role, "username": username, "password": password, "region": region}


def _give_post(user: User, role: str, region: str) -> None:
    """The post in the office of the region's authority, which began before the register's first facts."""
    office = Office.objects.of_authorities().get(region=region, valid_to=None)
    Post.objects.get_or_create(
        user=user, office=office, role=role, defaults={"starts_on": office.valid_from}
    )


def join_entities(plan: ProvincePlan) -> None:
    """The enterprise account acts for the first using unit of 历下, inspectors for their bodies.

    Few units may leave 历下 without one; then it acts for the first of the province, if there is any.
    """
    pairs = [
        (username, plan.cities[region].body)
        for username, role, region, _name in list_accounts()
        if role == Role.INSPECTOR and region in plan.cities
    ]
    used = Unit.objects.filter(using_entity__isnull=False).values_list("using_entity", flat=True)
    first = used.filter(region="370102").order_by("pk")[:1] or used.order_by("pk")[:1]
    pairs += [("enterprise", entity) for entity in first]
    for username, entity in pairs:
        Membership.objects.get_or_create(
            user=User.objects.get(username=username), entity=LegalEntity.objects.get(pk=entity)
        )


def write_accounts_file(passwords: dict[str, str], path: Path) -> None:
    """Address, accounts and some tag codes for scripts; readable by its owner alone."""
    bound = Tag.objects.filter(binding__unbound_at=None, binding__isnull=False)
    tags = bound.filter(binding__unit__region="370102").order_by("binding__unit_id")
    told = {
        "base_url": settings.PUBLIC_BASE_URL,
        "accounts": [
            _describe_account(username, role, region, passwords[username])
            for username, role, region, _name in list_accounts()
        ],
        "tags": list(tags.values_list("code", flat=True)[:20]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_privately(path, told)


def _write_privately(path: Path, told: dict[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        path.chmod(0o600)
        file.write(text)
