"""Two stock programs read the feed from the real server: vdirsyncer fetches it, khal shows it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from backend.calendars.feeds import renew_feed, write_address
from backend.calendars.meetings import cancel_meeting, move_meeting
from backend.lib import clock
from tests.calendars.scenes import Bureau, build_bureau
from tests.mobile_api.test_tus_clients import Server
from tests.world import World

BIN = Path(sys.executable).parent
SYNC = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "local"
b = "office"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
[storage office]
type = "http"
url = "{address}"
"""
SHOW = """
[calendars]
[[office]]
path = {folder}/events
readonly = True
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


@pytest.fixture
def bureau(committed_world: World) -> Bureau:
    """The bureau in committed rows, which the server sees."""
    return build_bureau(committed_world)


@pytest.fixture
def server(bureau: Bureau, tmp_path: Path) -> Iterator[Server]:
    """The web server on the test's database."""
    running = Server(tmp_path / "spool")
    running.start()
    yield running
    running.kill()


def run(folder: Path, program: str, config: str, *words: str) -> str:
    """What ``program`` says."""
    named = folder / f"{program}.conf"
    named.write_text(config)
    command = [str(BIN / program), "--config", str(named), *words]
    env = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PATH": str(BIN)}
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=env
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_vdirsyncer_fetches_the_feed_and_khal_shows_it(
    bureau: Bureau, server: Server, tmp_path: Path
):
    meeting = bureau.call()
    _feed, token = renew_feed(actor=bureau.handler)
    path = write_address(token).removeprefix(settings.PUBLIC_BASE_URL)
    facts = {"folder": tmp_path, "address": f"http://127.0.0.1:{server.port}{path}"}
    (tmp_path / "events").mkdir()
    run(tmp_path, "vdirsyncer", SYNC.format(**facts), "discover")

    def shown() -> list[str]:
        run(tmp_path, "vdirsyncer", SYNC.format(**facts), "sync")
        day = meeting.starts_at.astimezone(clock.SHANGHAI).date().isoformat()
        asked = ("list", "--format", "{start-time} {title} {status}", "--day-format", "", day, "1d")
        said = run(tmp_path, "khal", SHOW.format(**facts), *asked)
        return [line.strip() for line in said.splitlines() if meeting.title in line]

    assert shown() == [f"09:00 {meeting.title} CONFIRMED"]
    move_meeting(actor=bureau.clerk, meeting=meeting.pk, when=bureau.at(14), reason="改期")
    assert shown() == [f"14:00 {meeting.title} CONFIRMED"]
    cancel_meeting(actor=bureau.clerk, meeting=meeting.pk, reason="不开了")
    assert shown() == [f"14:00 {meeting.title} CANCELLED"]
