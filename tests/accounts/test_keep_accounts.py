"""Accounts by an administrator through the REST door: his own people, and never himself."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, Role, User
from backend.accounts.rights import RIGHTS
from backend.directory.models import LegalEntity, Membership
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.accounts import close_account
from tests.accounts.codes import set_up
from tests.mobile_api.conftest import phone_of
from tests.world import PASSWORD, World, make_user

URL = "/api/v1/accounts"
INSPECTOR = {"username": "sun", "name": "孙检验", "role": "inspector", "region": "370102"}


@pytest.fixture
def root(world: World) -> User:
    return make_user("root", Role.ADMINISTRATOR, world.lixia)


@pytest.fixture
def client_of_root(root: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(root)
    return client


def sign_in_on_page(name: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def phone_answer(name: str) -> int:
    body = {"username": name, "password": PASSWORD, "device_id": "a"}
    return APIClient().post("/mobile/v1/sign-in", body).status_code


# Opening


def test_an_account_is_opened_with_a_password_that_must_be_changed(client_of_root):
    made = client_of_root.post(URL, INSPECTOR)
    assert made.status_code == 201, made.content
    account, password = made.json()["account"], made.json()["password"]
    assert (account["username"], account["region"], account["active"]) == ("sun", "370102", True)
    assert made["Cache-Control"] == "no-store"
    browser = sign_in_on_page("sun", password)
    assert browser.get("/")["Location"] == "/accounts/password/change/"
    assert browser.get("/api/v1/units").json()["type"] == "/problems/password-to-be-changed"
    form = {"oldpassword": password, "password1": password, "password2": password}
    assert browser.post("/accounts/password/change/", form).status_code == 200  # the same again
    form |= {"password1": "of my own choosing", "password2": "of my own choosing"}
    assert browser.post("/accounts/password/change/", form)["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert password not in client_of_root.get(f"{URL}/{account['id']}").content.decode()


def test_no_phone_signs_in_with_a_given_password(client_of_root):
    password = client_of_root.post(URL, INSPECTOR).json()["password"]
    body = {"username": "sun", "password": password, "device_id": "a"}
    answer = APIClient().post("/mobile/v1/sign-in", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/password-to-be-changed")


def test_a_given_password_ends(client_of_root):
    password = client_of_root.post(URL, INSPECTOR).json()["password"]
    User.objects.filter(username="sun").update(given_password_until=clock.now())
    assert "_auth_user_id" not in sign_in_on_page("sun", password).session


def test_an_enterprises_account_acts_for_it_from_the_start(world, client_of_root):
    body = {"username": "firm", "role": "enterprise", "entity": world.mall.pk}
    made = client_of_root.post(URL, body).json()["account"]
    assert [row["entity"] for row in made["entities"]] == [world.mall.pk]
    assert client_of_root.get(f"{URL}/{made['id']}").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"region": "370103"}, 403, "/region"),  # the neighbours'
        ({"region": "370100"}, 403, "/region"),  # above one's own
        ({"region": None}, 422, "/region"),
        ({"region": "999999"}, 400, "/region"),
        ({"role": "enterprise"}, 422, "/region"),
        ({"role": "enterprise", "region": None}, 422, "/entity"),
        ({"entity": 987654}, 422, "/entity"),
        ({"username": "LIN"}, 409, "/username"),
        ({"username": "a b"}, 422, "/username"),
        ({"username": ""}, 400, "/username"),
        ({"username": "a\0b"}, 400, "/username"),
        ({"role": "root"}, 400, "/role"),
        ({"email": "nobody"}, 400, "/email"),
        ({"password": "x"}, 400, "/password"),
        ({"is_superuser": True}, 400, "/is_superuser"),
        ({"entity": 10**30}, 400, "/entity"),
    ],
)
def test_a_wrong_account_is_refused_and_nothing_is_written(client_of_root, change, status, pointer):
    before = User.objects.count()
    answer = client_of_root.post(URL, INSPECTOR | change)
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert User.objects.count() == before


def test_sent_again_the_name_is_taken(client_of_root):
    assert client_of_root.post(URL, INSPECTOR).status_code == 201
    assert client_of_root.post(URL, INSPECTOR).status_code == 409


# Whose


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_other_roles_are_told_403(world, role):
    assert "manage_accounts" not in RIGHTS[role]
    client = APIClient()
    client.force_authenticate(
        make_user("who", role, None if role == Role.ENTERPRISE else world.lixia)
    )
    place = f"{URL}/{world.lin.pk}"
    asked = [client.get(URL), client.get(place), client.post(URL, {}), client.patch(place, {})]
    asked += [client.post(f"{place}/{what}", {}) for what in WRITES]
    assert {answer.status_code for answer in asked} == {403}


WRITES = ("password-reset", "sign-outs", "closing", "opening")


def test_people_of_other_places_are_not_there(world, client_of_root):
    joint = make_user("joint", Role.ENTERPRISE, None)
    for entity in (world.mall, world.plant):
        Membership.objects.create(user=joint, entity=entity)
    stray = make_user("stray", Role.ENTERPRISE, None)
    listed = {row["username"] for row in client_of_root.get(URL).json()["results"]}
    assert listed == {"root", "lin", "wei", "rui", "ou", "qian"}
    for user in (world.chen, world.zhao, joint, stray):
        place = f"{URL}/{user.pk}"
        answers = [client_of_root.post(f"{place}/{what}", {}) for what in WRITES]
        answers += [client_of_root.get(place), client_of_root.patch(place, {"name": "x"})]
        answers += [
            client_of_root.get(f"{place}/devices"),
            client_of_root.delete(f"{place}/devices/a"),
        ]
        assert {answer.status_code for answer in answers} == {404}
    assert User.objects.get(pk=world.chen.pk).password == world.chen.password


def test_the_province_keeps_who_acts_for_nobody(world):
    client = APIClient()
    client.force_authenticate(make_user("top", Role.ADMINISTRATOR, world.province))
    stray = make_user("stray", Role.ENTERPRISE, None)
    assert client.get(f"{URL}/{stray.pk}").status_code == 200
    assert client.get(f"{URL}/{world.qian.pk}").status_code == 200


def test_nobody_does_it_to_himself(client_of_root, root):
    place = f"{URL}/{root.pk}"
    answers = [client_of_root.post(f"{place}/{what}", {}) for what in WRITES]
    tag = client_of_root.get(place)["ETag"]
    answers.append(client_of_root.patch(place, {"region": "370102"}, headers={"If-Match": tag}))
    assert {answer.json()["type"] for answer in answers} == {"/problems/own-account"}


def test_strangers_are_told_401(world):
    assert APIClient().get(URL).status_code == 401


# Lists


def test_the_list_is_filtered_searched_and_paged(world, client_of_root):
    def names(asked: str) -> list[str]:
        return [row["username"] for row in client_of_root.get(f"{URL}?{asked}").json()["results"]]

    assert names("role=inspector&order=id") == ["lin", "wei"]
    assert names("search=LI&order=id") == ["lin"]
    assert names("region=370103") == []
    User.objects.filter(pk=world.wei.pk).update(is_active=False)
    assert names("active=false") == ["wei"]
    first = client_of_root.get(f"{URL}?limit=2").json()
    second = client_of_root.get(first["next"]).json()
    assert not {r["id"] for r in first["results"]} & {r["id"] for r in second["results"]}
    for wrong in ("role=x", "colour=red", "region=3701", "cursor=x", "limit=0", "search=%00"):
        assert client_of_root.get(f"{URL}?{wrong}").status_code == 400, wrong


def test_the_list_costs_the_same_for_many(world, client_of_root):
    counts = []
    for start in (0, 10):
        for number in range(start, start + 10):
            user = make_user(f"m{number}", Role.ENTERPRISE, None)
            entity = LegalEntity.objects.create(name=f"公司{number}", region=world.lixia)
            Membership.objects.create(user=user, entity=entity)
        with CaptureQueriesContext(connection) as caught:
            assert client_of_root.get(URL).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 3


# Changing


def test_an_account_is_changed_under_its_etag(world, client_of_root):
    place, phone = f"{URL}/{world.lin.pk}", phone_of(world.lin)
    assert client_of_root.patch(place, {"name": "林"}).status_code == 428
    tag = client_of_root.get(place)["ETag"]
    done = client_of_root.patch(place, {"name": "林"}, headers={"If-Match": tag})
    assert (done.status_code, done.json()["name"]) == (200, "林")
    assert client_of_root.patch(place, {"name": "x"}, headers={"If-Match": tag}).status_code == 412
    assert phone.get("/mobile/v1/devices").status_code == 200


@pytest.mark.parametrize("change", [{"role": "officer"}, {"region": "370102"}])
def test_another_role_or_jurisdiction_ends_what_was_open(world, client_of_root, change):
    User.objects.filter(pk=world.lin.pk).update(region="370102", role="inspector")
    place, phone = f"{URL}/{world.lin.pk}", phone_of(world.lin)
    tag = client_of_root.get(place)["ETag"]
    assert client_of_root.patch(place, change, headers={"If-Match": tag}).status_code == 200
    ended = phone.get("/mobile/v1/devices").status_code == 401
    assert ended is (change == {"role": "officer"})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "enterprise", "region": None}, 422),
        ({"region": "370103"}, 403),
        ({"username": "other"}, 400),
        ({"active": False}, 400),
        ({"role": "root"}, 400),
    ],
)
def test_a_wrong_change_is_refused(world, client_of_root, change, status):
    place = f"{URL}/{world.lin.pk}"
    tag = client_of_root.get(place)["ETag"]
    assert client_of_root.patch(place, change, headers={"If-Match": tag}).status_code == status
    assert User.objects.get(pk=world.lin.pk).role == Role.INSPECTOR


# A password, what is open, closing


def test_a_reset_ends_everything_and_takes_the_second_factor_off_where_asked(world, client_of_root):
    set_up(world.lin)
    world.lin.refresh_from_db()
    phone, browser = phone_of(world.lin), Client()
    browser.force_login(world.lin)
    place = f"{URL}/{world.lin.pk}/password-reset"
    kept = client_of_root.post(place, {}).json()
    assert kept["account"]["second_factor"] is True
    assert phone.get("/mobile/v1/devices").status_code == 401
    assert browser.get("/devices/").status_code == 302
    assert "_auth_user_id" not in sign_in_on_page("lin", PASSWORD).session
    off = client_of_root.post(place, {"second_factor": True}).json()
    assert off["account"]["second_factor"] is False
    assert off["password"] != kept["password"]
    assert "_auth_user_id" in sign_in_on_page("lin", off["password"]).session
    assert client_of_root.post(place, {"second_factor": "perhaps"}).status_code == 400


def test_a_lost_phone_is_ended_by_an_administrator(world, client_of_root):
    phone, other = phone_of(world.lin, "lost"), phone_of(world.lin, "mine")
    place = f"{URL}/{world.lin.pk}/devices"
    assert {row["device_id"] for row in client_of_root.get(place).json()} == {"lost", "mine"}
    assert client_of_root.delete(f"{place}/lost").status_code == 204
    assert client_of_root.delete(f"{place}/lost").status_code == 404
    codes = [p.get("/mobile/v1/devices").status_code for p in (phone, other)]
    assert codes == [401, 200]
    browser = Client()
    browser.force_login(world.lin)
    assert client_of_root.post(f"{URL}/{world.lin.pk}/sign-outs").status_code == 204
    assert other.get("/mobile/v1/devices").status_code == 401
    assert browser.get("/devices/").status_code == 302


def test_a_closed_account_opens_again_and_old_tokens_stay_dead(world, client_of_root):
    phone, browser = phone_of(world.lin), Client()
    browser.force_login(world.lin)
    place = f"{URL}/{world.lin.pk}"
    assert client_of_root.post(f"{place}/closing").json()["active"] is False
    assert client_of_root.post(f"{place}/closing").status_code == 200
    closed = sign_in_on_page("lin", PASSWORD)
    assert "_auth_user_id" not in closed.session
    assert "errorlist" not in closed.get("/accounts/login/").content.decode()
    assert phone_answer("lin") == 401
    assert client_of_root.post(f"{place}/opening").json()["active"] is True
    assert phone.get("/mobile/v1/devices").status_code == 401
    assert browser.get("/devices/").status_code == 302
    assert "_auth_user_id" in sign_in_on_page("lin", PASSWORD).session


def test_who_did_it_is_kept(world, client_of_root, root):
    client_of_root.post(f"{URL}/{world.lin.pk}/closing")
    event = world.lin.events.select_related("pgh_context").latest("pgh_id")
    assert (event.is_active, event.pgh_context.metadata["user"]) == (False, root.pk)


def test_of_two_administrators_who_close_each_other_one_remains(committed_world):
    pair = [make_user(name, Role.ADMINISTRATOR, committed_world.province) for name in "ab"]
    barrier, refused = threading.Barrier(2), []

    def close(actor: User, account: User) -> None:
        barrier.wait()
        try:
            close_account(actor=actor, account=account)
        except Refused as refusal:
            refused.append(refusal.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [403]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_two_administrators_change_one_account_after_each_other(world, client_of_root):
    place = f"{URL}/{world.lin.pk}"
    tag = client_of_root.get(place)["ETag"]
    second = APIClient()
    second.force_authenticate(make_user("root2", Role.ADMINISTRATOR, world.lixia))
    assert second.post(f"{place}/closing").status_code == 200
    late = client_of_root.patch(place, {"name": "x"}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert DeviceToken.objects.filter(user=world.lin).count() == 0
