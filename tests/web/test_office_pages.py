"""An administrator opens and closes offices and gives posts in pages, in his line alone."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from backend.accounts.models import Role
from backend.lib import clock
from backend.offices.models import Office
from tests.world import World, make_user, office_of

TODAY = str(clock.today())


@pytest.fixture
def root(world: World) -> Client:
    """The administrator of 济南 in a browser."""
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(make_user("root", Role.ADMINISTRATOR, world.city))
    return browser


def place(office: Office) -> str:
    return f"/administration/offices/{office.pk}/"


def test_a_department_is_opened_staffed_and_closed_in_pages(world: World, root: Client):
    above = office_of(world.lixia)
    assert place(above) in root.get("/offices/?q=S370102").content.decode()
    facts = {"code": "S370102-TS", "name": "特设科", "starts_on": TODAY, "key": str(uuid.uuid4())}
    answer = root.post(f"{place(above)}open/", facts, follow=True)
    office = Office.objects.get(code="S370102-TS")
    assert answer.redirect_chain[-1][0] == place(office)
    root.post(f"{place(above)}open/", facts)
    assert Office.objects.filter(name="特设科").count() == 1
    again = root.post(f"{place(above)}open/", facts | {"key": str(uuid.uuid4())})
    assert "An office of this code exists already." in again.content.decode()
    post = {"account": world.lin.username, "role": "handler", "starts_on": TODAY}
    post |= {"key": str(uuid.uuid4()), "title": "副科长"}
    assert "副科长" in root.post(f"{place(office)}give/", post, follow=True).content.decode()
    wrong = root.post(f"{place(office)}give/", post | {"account": "nobody"})
    assert "There is no such account in your jurisdiction." in wrong.content.decode()
    closing = {"successor": "S999", "first_day_without": TODAY}
    refused = root.post(f"{place(office)}close/", closing)
    assert "There is no such office in your line." in refused.content.decode()
    closing["successor"] = above.code
    assert root.post(f"{place(office)}close/", closing)["Location"] == place(above)
    office.refresh_from_db()
    assert (office.valid_to, office.successor) == (clock.today(), above)
    assert root.get(place(office)).status_code == 404


def test_offices_of_other_lines_are_not_there_and_staff_may_not(world: World, client: Client):
    client.force_login(make_user("local", Role.ADMINISTRATOR, world.shizhong))
    foreign = office_of(world.lixia)
    assert client.get(place(foreign)).status_code == 404
    assert place(foreign) not in client.get("/offices/").content.decode()
    for what in ("open", "close", "give"):
        assert client.post(f"{place(foreign)}{what}/", {}).status_code == 404
    client.force_login(world.zhao)
    assert client.get(place(foreign)).status_code == 403
    assert place(foreign) not in client.get("/offices/").content.decode()


def test_an_account_is_given_no_region_that_has_ended(world: World, root: Client):
    region = world.lixia
    page = "/administration/accounts/new/"
    assert f'<option value="{region.pk}"' in root.get(page).content.decode()
    region.valid_to = clock.today()
    region.save(update_fields=["valid_to"])
    assert f'<option value="{region.pk}"' not in root.get(page).content.decode()
