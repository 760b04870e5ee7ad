"""``manage.py create_administrator``: the password never stands among the words of the command."""

from __future__ import annotations

import io
import os
import pty

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import Role, User
from tests.world import World


def create(monkeypatch: pytest.MonkeyPatch, password: str, *words: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("create_administrator", "first", *words, stdout=io.StringIO())


def test_the_first_administrator_signs_in_and_needs_no_mail(world: World, client, monkeypatch):
    create(monkeypatch, "rather long and odd")
    user = User.objects.get(username="first")
    assert (user.role, user.region_id) == (Role.ADMINISTRATOR, "370000")
    client.post("/accounts/login/", {"login": "first", "password": "rather long and odd"})
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("password", ["", "short", "password1234"])
def test_a_weak_password_is_refused(world: World, monkeypatch, password):
    with pytest.raises(CommandError):
        create(monkeypatch, password)
    assert not User.objects.filter(username="first").exists()


def test_a_taken_name_and_an_unknown_region_are_refused(world: World, monkeypatch):
    for words in (("--region", "999999"), ()):
        User.objects.filter(username="lin").update(username="FIRST")
        with pytest.raises(CommandError):
            create(monkeypatch, "rather long and odd", *words)
    assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 0


def test_at_a_terminal_it_is_asked_for_twice(world: World, monkeypatch):
    told = iter(["rather long and odd", "rather long and even"])
    ours, theirs = pty.openpty()
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(told))
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        with pytest.raises(CommandError, match="differ"):
            call_command("create_administrator", "first")
    os.close(ours)
