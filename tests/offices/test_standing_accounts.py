"""The migration that gives accounts from before offices their posts."""

from __future__ import annotations

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
from django.db import connection

from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.directory.models import Authority
from backend.offices.models import Office, Post
from tests.owner import as_owner
from tests.world import World

JOINED = dt.datetime(2024, 5, 1, 20, tzinfo=dt.UTC)  # the second of May in China


def give_posts() -> None:
    name = "backend.offices.migrations.0005_posts_of_standing_accounts"
    with as_owner():
        importlib.import_module(name).give_posts(None, SimpleNamespace(connection=connection))


@pytest.fixture
def before(world: World) -> World:
    """The cast as it stood before there were offices and posts."""
    Post.objects.all().delete()
    Office.objects.filter(parent__parent__isnull=False).delete()
    Office.objects.filter(parent__isnull=False).delete()
    Office.objects.all().delete()
    User.objects.update(date_joined=JOINED)
    return world


def test_each_account_of_staff_keeps_its_role_and_its_region_by_a_post(before: World):
    give_posts()
    for user in (before.lin, before.chen, before.zhao, before.rui):
        role, region = user.role, user.region_id
        user.refresh_from_db()
        post = user.posts.get()
        assert (post.role, post.office.region_id) == (role, region)
        assert post.starts_on == dt.date(2024, 5, 2)
        assert (user.role, user.region_id, regions_of(user)) == (role, region, (region,))
    assert Office.objects.get(region=before.lixia).parent == Office.objects.get(region=before.city)
    assert not before.qian.posts.exists()


def test_again_it_changes_nothing(before: World):
    give_posts()
    count = Post.objects.count()
    give_posts()
    assert Post.objects.count() == count


def test_an_account_whose_region_has_no_authority_stops_it_and_is_named(before: World):
    User.objects.create(username="lost", role=Role.CLERK, region=before.shizhong)
    Authority.objects.filter(region=before.shizhong).delete()
    with pytest.raises(RuntimeError, match="lost"):
        give_posts()
