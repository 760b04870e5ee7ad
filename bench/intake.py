"""Reports with three photos from eight phones, over a network that cuts, and over one that does not.

``BENCH_REPORTS`` (``--reports``) says how many. Reports, photos and phones stay in the register;
the servers and their storage are of this run alone.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import DeviceToken, Role, User
from backend.evidence.models import File
from backend.inspections.checklist_files import load_checklists
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.units.models import Unit
from bench import phones, servers
from bench.bad_network import BadNetwork
from bench.callers import Measurement, result_row, summarise
from bench.expected_state import Losses, compare_with_kept
from bench.reports import make_photo
from bench.servers import Servers

OWN_SERVERS = True
PHONES = 8
PHOTOS = 3
CUT_SHARE = 0.1
SEED = 20_261
_SECONDS_EACH = 30.0
_SECONDS_MORE = 240.0
"""What a report may take, and all of them together beyond: the scheduler comes each minute."""


@dataclass
class IntakeRun:
    """How a run went and what came of it."""

    measured: Measurement
    reckoning: Losses
    requests: int
    broken: int
    network: BadNetwork


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table. The register is that of ``DATABASE_URL``; ``base_url`` is not used."""
    del base_url
    size = size or Unit.objects.count()
    count = read_report_count()
    with servers.running_servers(os.environ["DATABASE_URL"]) as mine, mine.use_settings():
        whole = file_reports(mine, count=count, cuts=0.0)
    with servers.running_servers(os.environ["DATABASE_URL"]) as mine, mine.use_settings():
        cut = file_reports(mine, count=count, cuts=CUT_SHARE)
    return [
        result_row("intake.whole_rate", whole.measured.rate, "reports/s", size),
        *build_rows("intake", cut, whole, size),
    ]


def build_rows(
    name: str, intake_run: IntakeRun, base: IntakeRun, size: int
) -> list[dict[str, Any]]:
    """The rows of a run beside one where nothing was cut; its troubles go to the error stream."""
    for kind in ("lost", "duplicated", "refused"):
        for line in getattr(intake_run.reckoning, kind)[:20]:
            print(f"{name} {kind}: {line}", file=sys.stderr)
    mine, plain, network = intake_run.measured, base.measured, intake_run.network
    cut = network.cut_upwards + network.cut_answers
    return [
        result_row(f"{name}.lost", len(intake_run.reckoning.lost), "", size),
        result_row(f"{name}.duplicated", len(intake_run.reckoning.duplicated), "", size),
        result_row(f"{name}.rate", mine.rate, "reports/s", size, "intake.whole_rate", plain.rate),
        result_row(f"{name}.p95", mine.p95, "s", size, "intake.whole_p95", plain.p95),
        result_row(f"{name}.p50", mine.p50, "s", size, "intake.whole_p50", plain.p50),
        result_row(f"{name}.cut", cut, "of them", size, f"{name}.connections", network.connections),
        result_row(
            f"{name}.requests", intake_run.requests, "requests", size, "intake.whole", base.requests
        ),
    ]


def read_report_count() -> int:
    """How many reports are to be filed."""
    return int(os.environ.get("BENCH_REPORTS", "1000"))


def file_reports(
    mine: Servers,
    *,
    count: int,
    cuts: float,
    plain: bytes | None = None,
    meanwhile: AbstractContextManager[None] | None = None,
) -> IntakeRun:
    """File ``count`` reports by eight phones through a network that cuts, and reckon.

    ``meanwhile`` is over before the reckoning, which needs its servers standing.
    """
    load_checklists()
    _forget_earlier_runs()
    units = list(Unit.objects.filter(status="in_use").values_list("pk", flat=True)[:count])
    if len(units) < count:
        raise RuntimeError(f"{count} reports need as many units in use; there are {len(units)}")
    users, tokens = create_inspectors()
    plain = plain or make_photo()
    with BadNetwork(mine.web_port, share=cuts, seed=SEED) as network, meanwhile or nullcontext():
        told, wall = _run_phones(network.port, units, tokens, plain)
    seconds = [one.seconds for phone in told for one in phone.filed if one.seconds]
    return IntakeRun(
        measured=summarise(seconds, wall),
        reckoning=compare_with_kept(told, users, wait=_SECONDS_MORE),
        requests=sum(phone.requests for phone in told),
        broken=sum(phone.broken for phone in told),
        network=network,
    )


def create_inspectors() -> tuple[list[User], list[str]]:
    """The inspectors of this run alone, and their tokens."""
    mark = uuid.uuid4().hex[:8]
    province = Office.objects.of_authorities().get(region="370000", valid_to=None)
    users, tokens = [], []
    for number in range(PHONES):
        name = f"bench-{mark}-{number}"
        user = User.objects.create(username=name, role=Role.INSPECTOR, region_id="370000")
        Post.objects.create(
            user=user, office=province, role=Role.INSPECTOR, starts_on=clock.today()
        )
        tokens.append(str(DeviceToken.objects.create(user=user, device_id=name)[1]))
        users.append(user)
    return users, tokens


def _forget_earlier_runs() -> None:
    """Their photos lay in storage that is gone: the scheduler shall not ask for them."""
    mine = File.objects.filter(uploaded_by__username__startswith="bench-")
    mine.update(uploaded_at=clock.now() - dt.timedelta(days=30), state=File.State.STORED)


def _run_phones(
    port: int, units: list[int], tokens: list[str], plain: bytes
) -> tuple[list[phones.PhoneLog], float]:
    """All phones at work; what they told, and the seconds until the last was done."""
    patience = _SECONDS_EACH * len(units) + _SECONDS_MORE
    orders = [
        phones.Orders(port, token, units[n::PHONES], plain, PHOTOS, SEED + n, patience)
        for n, token in enumerate(tokens)
    ]
    with ThreadPoolExecutor(PHONES) as pool:
        begun = time.perf_counter()
        told = list(pool.map(phones.run_phone, orders))
        return told, time.perf_counter() - begun
