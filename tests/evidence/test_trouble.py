"""Trouble of this machine is never told as a fault of the photo."""

from __future__ import annotations

import errno
import json
import os
import signal
import time

import pytest

from backend.evidence import probe, sandbox
from backend.evidence.models import File
from backend.evidence.refusals import TryAgain
from backend.lib.problems import Refused
from tests.evidence.pictures import picture, spooled

KILLED = {"trouble": "killed"}
MACHINE = {"trouble": "machine"}


@pytest.fixture
def answers(monkeypatch):
    """What the probers answer first; then they look. None is a prober that is dead or stuck."""
    queue: list[dict[str, str] | None] = []
    ask = sandbox.Prober.ask

    def answer(prober, question):
        return queue.pop(0) if queue else ask(prober, question)

    monkeypatch.setattr(sandbox.Prober, "ask", answer)
    return queue


@pytest.mark.parametrize("first", [None, KILLED, MACHINE])
def test_trouble_that_passes_is_not_noticed(answers, send, first):
    answers.append(first)
    assert send(picture()).state == File.State.STORED
    assert answers == []


@pytest.mark.parametrize(
    "told", [[None, None], [MACHINE, None], [{"trouble": "slow"}], [KILLED, MACHINE]]
)
def test_trouble_that_stays_asks_to_try_again(answers, send, told):
    answers += told
    with pytest.raises(TryAgain):
        send(picture())
    assert (answers, spooled()) == ([], [])
    assert not File.objects.exists()


def test_a_picture_whose_opener_is_killed_twice_is_a_bomb(answers, send):
    answers += [KILLED, KILLED]
    with pytest.raises(Refused, match="photo-bomb"):
        send(picture())


def _death(act, *, wall=20):
    """What is said of a child that does ``act``."""
    pipe, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        act()
        os._exit(0)
    os.close(end)
    return json.loads(probe._read_answer(pid, pipe, wall=wall))


def _burn():
    probe.limit_resources(memory=sandbox.MEMORY, cpu=1)
    while True:
        pass


def test_each_death_is_told_for_what_it_is():
    assert _death(lambda: time.sleep(60), wall=0) == {"trouble": "slow"}
    assert _death(lambda: os.kill(os.getpid(), signal.SIGKILL)) == KILLED
    assert _death(lambda: os.kill(os.getpid(), signal.SIGTERM)) == {"refusal": "photo-damaged"}
    assert _death(_burn) == {"refusal": "photo-bomb"}


def test_a_file_that_cannot_be_read_is_no_damaged_photo(tmp_path, monkeypatch):
    assert probe.probe_picture(tmp_path / "gone", "image/jpeg", max_pixels=1) == MACHINE
    (tmp_path / "x").write_bytes(b"x")
    assert "refusal" in probe.probe_picture(tmp_path / "x", "image/jpeg", max_pixels=1)

    def fail(*_facts):
        raise OSError(errno.EIO, "bad disk")

    monkeypatch.setattr(probe, "end_of_picture", fail)
    assert probe.probe_picture(tmp_path / "x", "image/jpeg", max_pixels=1) == MACHINE
