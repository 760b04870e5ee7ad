"""The outgoing queue at a mail server and a program that really listen."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connection

from backend.lib import clock
from backend.lib.breaker import Breaker
from backend.notifications import delivery
from backend.notifications.actions import change_wishes, notify
from backend.notifications.channels import CHANNELS
from backend.notifications.delivery import MOST_TRIES, send_waiting_messages
from backend.notifications.models import Kind, Message
from tests.notifications.servers import HookServer, MailServer, listening
from tests.world import World


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """No channel is known to be down."""
    monkeypatch.setattr(delivery, "_breakers", {name: Breaker(0) for name in CHANNELS})


@pytest.fixture
def hook(settings):
    with listening(HookServer()) as server:
        settings.NOTIFICATION_CHANNELS = ["webhook"]
        settings.NOTIFICATION_WEBHOOK_URL = server.url
        settings.NOTIFICATION_WEBHOOK_TOKEN = "open"
        yield server


@pytest.fixture
def post(settings):
    with listening(MailServer()) as server:
        settings.NOTIFICATION_CHANNELS = ["mail"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = False
        yield server


def say(user, kind: Kind = Kind.URGED) -> None:
    notify(recipients=[user], kind=kind, number="12365-7", path="/desk/7/")


def wait(monkeypatch, **span: int) -> None:
    later = clock.now() + dt.timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_a_program_gets_key_text_and_address_once(world: World, hook: HookServer) -> None:
    change_wishes(actor=world.lin, language="en", stopped=[])
    say(world.lin)
    assert (send_waiting_messages(), send_waiting_messages()) == (1, 0)
    [(headers, body)] = hook.requests
    assert headers["Idempotency-Key"] == body["key"] == str(Message.objects.get().key)
    assert headers["Authorization"] == "Bearer open"
    assert body["text"].startswith("12365-7 is urged. See to it at once.\nhttp")
    assert body["recipient"] == "lin"


def test_an_answer_that_is_lost_is_asked_for_under_the_same_key(
    world: World, hook: HookServer, monkeypatch
) -> None:
    hook.deaf = 1
    say(world.lin)
    assert send_waiting_messages() == 0
    assert send_waiting_messages() == 0  # not before its pause is over
    wait(monkeypatch, minutes=2)
    assert send_waiting_messages() == 1
    assert (len(hook.requests), len(hook.kept)) == (2, 1)


def test_a_worker_that_died_while_sending_loses_and_doubles_nothing(
    world: World, hook: HookServer, monkeypatch
) -> None:
    say(world.lin)

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_end_message", die)  # it arrived, and nobody wrote it down
        with pytest.raises(SystemExit):
            send_waiting_messages()
    assert send_waiting_messages() == 0  # the claim holds
    wait(monkeypatch, minutes=6)
    assert send_waiting_messages() == 1
    assert (len(hook.requests), len(hook.kept)) == (2, 1)
    assert Message.objects.get().state == "sent"


def test_pauses_grow_until_it_is_given_up_loudly(
    world: World, hook: HookServer, monkeypatch, caplog
) -> None:
    hook.status = 503
    wait(monkeypatch)
    say(world.lin)
    pauses = []
    for _try in range(MOST_TRIES):
        assert send_waiting_messages() == 0
        message = Message.objects.get()
        pauses.append((message.not_before - clock.now()).total_seconds())
        wait(monkeypatch, hours=3)
    assert pauses[:4] == [60, 120, 240, 480]
    assert max(pauses) == 7200
    assert (message.state, message.tries, message.trouble) == (
        "given-up",
        MOST_TRIES,
        "answered 503",
    )
    assert [line.levelname for line in caplog.records if "given up" in line.message] == ["ERROR"]
    assert len(hook.requests) == MOST_TRIES


@pytest.mark.parametrize(
    ("status", "state"), [(400, "given-up"), (410, "given-up"), (429, "waiting")]
)
def test_what_is_never_taken_is_given_up_at_once(
    world: World, hook: HookServer, status, state
) -> None:
    hook.status = status
    say(world.lin)
    send_waiting_messages()
    assert Message.objects.get().state == state


def test_wecom_says_in_the_body_whether_it_took_it(
    world: World, hook: HookServer, settings, monkeypatch
) -> None:
    settings.NOTIFICATION_CHANNELS, settings.NOTIFICATION_WECOM_URL = ["wecom"], hook.url
    hook.said = b'{"errcode": 45009, "errmsg": "api freq out of limit"}'
    say(world.lin)
    assert send_waiting_messages() == 0
    assert Message.objects.get().trouble == "errcode 45009"
    hook.said = b'{"errcode": 0}'
    wait(monkeypatch, minutes=2)
    assert send_waiting_messages() == 1
    assert hook.requests[0][1]["msgtype"] == "text"


def test_mail_arrives_with_the_key_as_its_id(world: World, post: MailServer) -> None:
    world.lin.email = "lin@example.cn"
    world.lin.save(update_fields=["email"])
    say(world.lin)
    assert send_waiting_messages() == 1
    [mail] = post.mails
    assert str(Message.objects.get().key) in mail["Message-ID"]
    assert mail["To"] == "lin@example.cn"
    assert "12365-7" in mail.get_payload(decode=True).decode()


def test_an_address_that_nobody_has_is_given_up(world: World, post: MailServer) -> None:
    post.unknown.add("lin@")
    world.lin.email = "lin@example.cn"
    world.lin.save(update_fields=["email"])
    say(world.lin)
    assert send_waiting_messages() == 0
    assert Message.objects.get().state == "given-up"


def test_nobody_listens_and_others_are_not_asked_in_vain(
    world: World, settings, monkeypatch, tmp_path
) -> None:
    settings.NOTIFICATION_CHANNELS = ["webhook", "file"]
    settings.NOTIFICATION_WEBHOOK_URL = "http://127.0.0.1:9/hook"
    settings.NOTIFICATION_FILE = tmp_path / "new" / "notifications.jsonl"
    monkeypatch.setattr(delivery, "_breakers", {name: Breaker(60) for name in CHANNELS})
    say(world.lin)
    say(world.wei)
    assert send_waiting_messages() == 2  # by the file
    lines = settings.NOTIFICATION_FILE.read_text().splitlines()
    assert {json.loads(line)["to"] for line in lines} == {"lin", "wei"}
    tries = Message.objects.filter(channel="webhook").values_list("tries", flat=True)
    assert sorted(tries) == [0, 1]


def test_two_workers_at_once_send_each_message_once(committed_world, hook: HookServer) -> None:
    for _n in range(6):
        say(committed_world.lin)
    sent: list[int] = []

    def work() -> None:
        try:
            sent.append(send_waiting_messages())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == len(hook.requests) == 6
