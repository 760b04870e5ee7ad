"""Photos that stock clients send while storage is down for a minute by the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.accounts.models import DeviceToken
from backend.evidence.models import File
from bench import servers
from tests.mobile_api.lines import Line
from tests.mobile_api.stock_clients import assert_stored, by_node, by_python, new_photo
from tests.workers import until, url_of_test_database
from tests.world import World

A_MINUTE = 60.0
# The scheduler looks each minute, and whoever found storage down leaves it alone for a while.
DELIVERED_WITHIN = 240.0


@pytest.fixture
def mine(committed_world: World) -> Iterator[servers.Servers]:
    """Servers of this test's own: storage, web, worker and scheduler."""
    with servers.serving(url_of_test_database()) as started, started.as_settings():
        yield started


def test_photos_sent_while_storage_is_down_for_a_minute_are_in_it_afterwards(
    committed_world: World, mine: servers.Servers, tmp_path: Path
) -> None:
    _row, token = DeviceToken.objects.create(user=committed_world.lin, device_id="phone-1")
    died: list[float] = []

    def lose_storage() -> None:
        mine.kill("s3")
        died.append(time.monotonic())

    first, second = (new_photo(tmp_path / name) for name in ("first", "second"))
    midway = int(first.stat().st_size * 0.4)
    for send, photo, trouble in ((by_python, first, lose_storage), (by_node, second, None)):
        line = Line(mine.web_port, midway, trouble or (lambda: None))
        send(line.port, token, photo)
        line.close()
        assert line.cut
    assert {file.state for file in File.objects.all()} == {File.State.SPOOLED}
    time.sleep(max(0.0, died[0] + A_MINUTE - time.monotonic()))
    assert {file.state for file in File.objects.all()} == {File.State.SPOOLED}
    mine.restart("s3")
    until(lambda: not File.objects.exclude(state=File.State.STORED), DELIVERED_WITHIN)
    assert_stored(first)
    assert_stored(second)
