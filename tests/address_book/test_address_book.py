"""The address book: who is found by what, what of him is seen by whom, and the cards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.address_book.actions import change_contact, disclose_mobile
from backend.address_book.models import Contact
from backend.address_book.vcards import write_cards
from backend.directory.models import PersonalDataLook
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.models import Post
from tests.matters.offices import make_office
from tests.world import World, make_user, office_of

REACHED = {
    "work_phone": "0531-88888888-8012",
    "work_mail": "lin@sd.gov.cn",
    "mobile": "13812341234",
}


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def names(client: APIClient, **asked: Any) -> list[str]:
    answer = client.get("/api/v1/address-book", asked)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.data["results"]]


@pytest.fixture
def reached(world: World) -> World:
    """Lin is reached, and is head of his office."""
    change_contact(actor=world.lin, **REACHED)
    Post.objects.filter(user=world.lin).update(title="科长")
    return world


@pytest.mark.parametrize(
    "search", ["Lin", "lin 历下", "科长", "8012", "0531-88888888", "8888 8888 科长"]
)
def test_somebody_is_found_by_name_office_title_and_telephone(reached: World, search: str):
    assert names(client_of(reached.chen), search=search) == ["Lin"]


def test_the_book_is_narrowed_to_an_office_a_line_and_a_role(reached: World):
    chen, lixia = client_of(reached.chen), office_of(reached.lixia)
    section = make_office("S370102-1", "特设科", lixia, lixia.authority, reached.lixia)
    Post.objects.filter(user=reached.ou).update(office=section)
    assert set(names(chen, at=lixia.pk)) == {"Lin", "Wei", "Rui"}
    assert set(names(chen, below=lixia.pk)) == {"Lin", "Wei", "Rui", "Ou"}
    assert names(chen, below=lixia.pk, role="officer") == ["Ou"]
    assert names(chen, below=987654321) == []


def test_who_has_gone_is_closed_or_an_enterprise_stands_in_it_no_more(reached: World):
    yesterday = clock.today() - dt.timedelta(days=1)
    Post.objects.filter(user=reached.wei).update(ends_on=yesterday)
    User.objects.filter(pk=reached.rui.pk).update(is_active=False)
    assert set(names(client_of(reached.chen))) == {"Lin", "Chen", "Zhao", "Ou"}
    assert names(client_of(reached.qian)) == []


def test_the_own_number_is_masked_and_a_look_at_it_is_kept(reached: World):
    entry = reached.lin.posts.get().pk
    path = f"/api/v1/address-book/{entry}"
    rui, zhao = client_of(reached.rui), client_of(reached.zhao)
    assert rui.get(path).data["mobile"] == "138****1234"
    assert rui.get(path).data["work_phone"] == REACHED["work_phone"]
    why = {"reason": "夜间事故"}
    assert rui.post(f"{path}/mobile", why, format="json").status_code == 403
    assert zhao.post(f"{path}/mobile", {"reason": " "}, format="json").status_code in (400, 422)
    assert not PersonalDataLook.objects.exists()
    told = zhao.post(f"{path}/mobile", why, format="json")
    assert (told.data, told["Cache-Control"]) == ({"mobile": "13812341234"}, "no-store")
    look = PersonalDataLook.objects.get()
    assert (look.user, look.account, look.reason) == (reached.zhao, reached.lin, "夜间事故")
    [row] = zhao.get("/api/v1/looks").data["results"]
    assert row["account"] == reached.lin.pk
    assert zhao.get("/api/v1/looks/counts").data[0]["accounts"] == 1


def test_a_right_over_another_county_does_not_show_the_number(reached: World):
    stranger = make_user("stranger", Role.OFFICER, reached.shizhong)
    entry = reached.lin.posts.get().pk
    with pytest.raises(Refused) as refused:
        disclose_mobile(actor=stranger, entry=entry, reason="找人")
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        disclose_mobile(actor=reached.zhao, entry=reached.wei.posts.get().pk, reason="找人")
    assert refused.value.status == 404
    assert not PersonalDataLook.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"work_phone": "12"}, "number-invalid"),
        ({"mobile": "0531-88888888"}, "mobile-invalid"),
        ({"work_mail": "nobody"}, "mail-invalid"),
    ],
)
def test_what_is_no_number_is_refused(world: World, change: dict[str, str], code: str):
    with pytest.raises(Refused) as refused:
        change_contact(actor=world.lin, **REACHED | change)
    assert (refused.value.code, refused.value.field) == (code, next(iter(change)))
    assert not Contact.objects.exists()


def test_everybody_changes_his_own_contact_alone(reached: World):
    lin, qian = client_of(reached.lin), client_of(reached.qian)
    assert lin.get("/api/v1/contact").data == REACHED
    changed = lin.put("/api/v1/contact", REACHED | {"mobile": ""}, format="json")
    assert (changed.status_code, changed.data["mobile"]) == (200, "")
    assert qian.put("/api/v1/contact", REACHED, format="json").status_code == 403
    assert Contact.objects.get().user == reached.lin


def test_the_list_asks_the_database_as_often_for_many_rows(reached: World):
    rest, desk = client_of(reached.chen), browser_of(reached.chen)

    def count() -> list[int]:
        counts = []
        for client, path in (
            (rest, "/api/v1/address-book"), (desk, "/desk/address-book/?q=历下"),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as caught:
                assert client.get(path).status_code == 200
            counts.append(len(caught))
        return counts

    count()  # the session begins
    few = count()
    for number in range(9):
        person = make_user(f"more-{number}", Role.HANDLER, reached.lixia)
        change_contact(actor=person, **REACHED)
    assert count() == few
    page = rest.get("/api/v1/address-book", {"limit": 2})
    assert len(page.data["results"]) == 2
    assert rest.get(page.data["next"]).status_code == 200


def test_a_card_holds_what_is_of_work_and_nothing_that_breaks_it(reached: World):
    User.objects.filter(pk=reached.lin.pk).update(display_name="林;\r\nTEL:110")
    Post.objects.filter(user=reached.lin).update(title="长" * 40)
    entry = Post.objects.select_related("user__contact", "office").get(user=reached.lin)
    card = write_cards([entry])
    lines = card.split("\r\n")
    assert "FN:林\\; TEL:110" in lines
    assert "TEL;TYPE=WORK,VOICE:0531-88888888-8012" in lines
    assert "13812341234" not in card
    assert max(len(line.encode()) for line in lines) <= 75
    assert f"TITLE:{'长' * 40}" in card.replace("\r\n ", "").split("\r\n")


def test_the_pages_show_an_office_one_of_its_people_and_the_own_entry(reached: World):
    ou, rui = browser_of(reached.ou), browser_of(reached.rui)
    entry = reached.lin.posts.get().pk
    here = rui.get("/desk/address-book/").content.decode()
    assert "Lin" in here
    assert "Chen" not in here
    above = rui.get(f"/desk/address-book/?office={office_of(reached.city).pk}").content.decode()
    assert office_of(reached.shizhong).name in above
    assert "138****1234" in rui.get(f"/desk/address-book/{entry}/").content.decode()
    assert "mobile/" not in rui.get(f"/desk/address-book/{entry}/").content.decode()
    assert rui.post(f"/desk/address-book/{entry}/mobile/", {"reason": "找"}).status_code == 403
    told = ou.post(f"/desk/address-book/{entry}/mobile/", {"reason": "夜间事故"})
    assert "13812341234" in told.content.decode()
    assert PersonalDataLook.objects.count() == 1
    rui.post("/desk/address-book/mine/", REACHED | {"work_phone": "12365"})
    assert Contact.objects.get(user=reached.rui).work_phone == "12365"
    wrong = rui.post("/desk/address-book/mine/", REACHED | {"mobile": "12"}).content.decode()
    assert "本人手机号" in wrong
    cards = rui.get(f"/desk/address-book/offices/{office_of(reached.lixia).pk}/vcards/")
    assert cards["Content-Type"].startswith("text/vcard")
    assert cards.content.decode().count("BEGIN:VCARD") == 4
    assert browser_of(reached.qian).get(f"/desk/address-book/{entry}/").status_code == 404
    assert browser_of(reached.qian).get("/desk/address-book/mine/").status_code == 403
