"""Fixtures every test may ask for."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.test.utils import setup_databases
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from backend.matters.kinds import all_kinds
from dev.packages import find_chromium
from media_config.buckets import ensure_bucket
from tests import conforming
from tests import world as cast
from tests.hotline.cast import HotlineCast, seat_hotline
from tests.kept_rows import keep_rows, restore_rows
from tests.matters import errands
from tests.owner import as_owner, serve_as_the_service

# Tests never assert speed; on a busy machine an example may take as long as it likes. The same
# examples each time: what is red was made so by the change. HYPOTHESIS_PROFILE=searching finds others.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.register_profile("searching", deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

CHROMIUM = find_chromium() or ""

LONG_FILES = (
    "flows/test_new_installation.py",
    "shape/test_foreign_is_as_nonexistent.py",
    "web/test_axe.py",
    "mobile_api/test_tus_clients.py",
    "flows/test_silence.py",
    "api/test_schemathesis.py",
    "flows/test_restore.py",
    "events/test_follow_writers.py",
    "flows/test_faults.py",
)
"""Those of a minute and more: begun first, or one process would be left alone with them at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Refuses processes that would empty each other's cache."""
    if "PYTEST_XDIST_WORKER" in os.environ and not config.pluginmanager.has_plugin("tests.apart"):
        raise pytest.UsageError("several processes need: python -m pytest -p tests.apart -n 2")
    # Before any test module loads the application and its middleware with it.
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.conforming.ConformanceMiddleware"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts long files first, and the operation into the ids of schemathesis's tests: pytest-xdist
    runs one test of an id."""
    items.sort(key=lambda item: _place_of(item.path.relative_to(Path(__file__).parent)))
    for item in items:
        if operation := getattr(item, "operation_label", None):
            item._id = item._id.with_params(operation)


def _place_of(file: Path) -> int:
    name = file.as_posix()
    return LONG_FILES.index(name) if name in LONG_FILES else len(LONG_FILES)


@pytest.fixture(autouse=True, scope="session")
def plain_static_files() -> Iterator[None]:
    """Static files by their own names: the manifest is made by collectstatic, not by tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Each sign-in would otherwise take up to seconds of computing, on purpose."""
    with override_settings(PASSWORD_HASHERS=["tests.hashing.QuickHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's test database, with the reference data in it."""
    with django_db_blocker.unblock():
        # pytest-django makes none when every test at hand commits by itself: they would write to
        # the database of the service.
        if not connection.settings_dict["NAME"].startswith("test_"):
            setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=True)
        serve_as_the_service()
        restore_rows()  # what a run that was broken off has left
        with as_owner():
            cast.load_reference()
        keep_rows()
        cast.keep_cast()
        case: Any = TransactionTestCase  # what empties its tables has no public name
        case._fixture_teardown = lambda _test: restore_rows()


@pytest.fixture(autouse=True, scope="session")
def bucket() -> None:
    """The bucket of this process."""
    ensure_bucket()


@pytest.fixture(autouse=True)
def answers_fit_the_document() -> Iterator[None]:
    """What the JSON doors answered in a test is what docs/openapi.yaml says."""
    conforming.MISFITS.clear()
    yield
    assert conforming.MISFITS == []


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """The throttles count from nought."""
    cache.clear()


@pytest.fixture
def world(db: None) -> cast.World:
    """The small cast; see ``tests/world.py``."""
    return cast.build()


@pytest.fixture
def errand_kind(db: None) -> Iterator[None]:
    """Errands are a kind of matter, with their table and their flow; see ``tests/matters``."""
    engines = copy.deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"] = [*engines[0].get("DIRS", ()), errands.TEMPLATES]
    with override_settings(MATTER_KINDS=[*settings.MATTER_KINDS, errands.PATH], TEMPLATES=engines):
        all_kinds.cache_clear()
        errands.make_table()
        errands.load_errand()
        yield
    all_kinds.cache_clear()


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[cast.World]:
    """The cast in committed rows and an empty feed, for tests with several connections."""
    with django_db_blocker.unblock(), cast.committed() as world:
        yield world


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright. Its driver keeps a loop in this thread, which Django must bear."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            yield playwright


@pytest.fixture(scope="module")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium without a head."""
    with playwright_driver.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    ) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium, in which nobody has been; its windows are closed afterwards."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def hotline_cast(world: cast.World) -> HotlineCast:
    """The desks of a city and a county below it."""
    return seat_hotline(world)
