"""The pages of posts, substitutes and offices."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Role
from backend.lib import clock
from backend.offices.models import Post, Substitution
from tests.world import World, make_user, office_of

TODAY = str(clock.today())


@pytest.fixture
def root(world: World) -> Client:
    """The administrator of 济南 in a browser."""
    browser = Client()
    browser.force_login(make_user("root", Role.ADMINISTRATOR, world.city))
    return browser


def test_an_administrator_gives_a_post_in_the_page_and_ends_it(world: World, root):
    page = f"/administration/accounts/{world.lin.pk}/posts/"
    facts = {"office": "S370103", "role": "handler", "starts_on": TODAY, "title": "科长"}
    assert root.post(page, facts)["Location"] == page
    assert "科长" in root.get(page).content.decode()
    assert "errorlist" in root.post(page, facts).content.decode()
    assert "errorlist" in root.post(page, facts | {"office": "S370000"}).content.decode()
    post = Post.objects.get(user=world.lin, role="handler")
    root.post(f"/administration/posts/{post.pk}/end/")
    post.refresh_from_db()
    assert post.ends_on == clock.today()


def test_the_posts_of_others_lines_are_not_there(world: World):
    browser = Client()
    browser.force_login(make_user("local", Role.ADMINISTRATOR, world.shizhong))
    assert browser.get(f"/administration/accounts/{world.lin.pk}/posts/").status_code == 404
    assert browser.post(f"/administration/posts/{world.lin.posts.get().pk}/end/").status_code == 404
    browser.force_login(world.zhao)
    assert browser.get(f"/administration/accounts/{world.lin.pk}/posts/").status_code == 403


def test_somebody_names_his_substitute_in_the_page_and_ends_it(world: World, client: Client):
    client.force_login(world.lin)
    page = f"/posts/{world.lin.posts.get().pk}/substitute/"
    facts = {"substitute": world.wei.pk, "starts_on": TODAY, "ends_on": TODAY, "reason": "出差"}
    assert "errorlist" in client.post(page, facts | {"substitute": world.chen.pk}).content.decode()
    assert client.post(page, facts)["Location"] == "/posts/"
    assert "出差" in client.get("/posts/").content.decode()
    lent = Substitution.objects.get()
    client.force_login(world.wei)
    assert "Lin" in client.get("/posts/").content.decode()
    assert client.post(f"/substitutions/{lent.pk}/end/").status_code == 404
    client.force_login(world.lin)
    client.post(f"/substitutions/{lent.pk}/end/")
    assert not Substitution.objects.exists()


def test_offices_are_found_by_name_and_code(world: World, client: Client):
    client.force_login(world.lin)
    office_of(world.city)
    page = client.get("/offices/?q=历下").content.decode()
    assert "S370102" in page
    assert "S370103" not in page
    assert "S370103" in client.get("/offices/?q=S370103%00").content.decode()
    client.force_login(world.qian)
    assert "S370102" not in client.get("/offices/").content.decode()


def test_a_page_of_posts_asks_as_often_for_many(world: World, root):
    page = f"/administration/accounts/{world.lin.pk}/posts/"

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert root.get(page).status_code == 200
        return len(caught)

    count()  # the first asks for what the session keeps
    few = count()
    for number in range(1, 9):
        Post.objects.create(
            user=world.lin, office=office_of(world.lixia), role=Role.CLERK,
            starts_on=clock.today() + dt.timedelta(days=9 * number),
            ends_on=clock.today() + dt.timedelta(days=9 * number + 5),
        )  # fmt: skip
    assert count() == few
