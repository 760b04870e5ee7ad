"""Of allauth's pages only those that are meant, and each of them works."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.codes import set_up
from tests.world import PASSWORD

MEANT = {
    "account_login", "account_logout", "account_reauthenticate", "account_change_password",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}  # fmt: skip


def of_allauth(patterns, before=""):
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from of_allauth(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern) and text.startswith("accounts/"):
            yield pattern.name, f"/{text}"


ROUTES = dict(of_allauth(get_resolver().url_patterns))


def test_the_routes_are_those_that_are_meant():
    assert set(ROUTES) == MEANT


@pytest.mark.parametrize("path", ["signup", "email", "password/reset", "password/set", "inactive"])
def test_what_is_not_meant_is_not_there(client, db, path):
    assert client.get(f"/accounts/{path}/").status_code == 404


@pytest.mark.parametrize("name", sorted(MEANT))
@pytest.mark.parametrize("factor", [False, True])
def test_each_of_them_answers(client, world, name, factor):
    if factor:
        set_up(world.lin)
    client.raise_request_exception = True
    assert client.get(ROUTES[name]).status_code in {200, 302}
    client.post("/accounts/login/", {"login": "wei", "password": PASSWORD})
    assert client.get(ROUTES[name], follow=True).status_code in {200, 404}
    client.force_login(world.lin)
    assert client.get(ROUTES[name], follow=True).status_code in {200, 404}


@pytest.mark.parametrize(
    ("password", "taken"), [("kurz8zei", False), ("elf-zeichen", False), ("twelve-signs", True)]
)
def test_a_password_has_twelve_signs(client, world, password, taken):
    client.force_login(world.lin)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", form)
    assert (answer.status_code == 302) is taken
