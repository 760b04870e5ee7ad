"""A phone: Chromium with a profile of its own, a camera that shows a label, and a place."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from backend.config.celery import app
from tagging.grids import GRIDS
from tagging.qr import address_prefix
from tagging.sheets import Label, SheetDesign, render_sheets
from tests.conftest import CHROMIUM

# A machine that also builds and serves what the page waits for may be slow.
expect.set_options(timeout=30_000)

PLACE = {"longitude": 117.0512, "latitude": 36.6503, "accuracy": 6}


class Phone:
    """A phone that can be killed and switched on again."""

    def __init__(self, playwright: Playwright, profile: Path, base: str, **options: Any) -> None:
        self._playwright, self._profile, self._base = playwright, profile, base
        self._camera = options.pop("camera", None)
        self._options = options
        self.errors: list[str] = []
        self.context: BrowserContext

    def on(self, *, offline: bool = False) -> Page:
        """The app, opened anew on what the profile holds."""
        camera = [f"--use-file-for-fake-video-capture={self._camera}"] if self._camera else []
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *camera,
            ],
            viewport={"width": 390, "height": 800},
            device_scale_factor=2,
            has_touch=True,
            is_mobile=True,
            geolocation=PLACE,
            permissions=["geolocation", "camera"],
            **({"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | self._options),
        )  # fmt: skip
        self.context.set_offline(offline)
        self.context.set_default_timeout(20_000)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{self._base}/m/")
        return page

    def kill(self) -> None:
        """As the system does when it needs the memory: nothing is told, nothing is tidied."""
        os.kill(self._process(), signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()
        # The lock of a dead browser would keep the next one from the profile.
        for lock in self._profile.glob("Singleton*"):
            lock.unlink()

    def _process(self) -> int:
        """The browser's own process: that of our profile which is no part of another."""
        mark = f"--user-data-dir={self._profile}".encode()
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = entry.read_bytes().split(b"\0")
                if mark in words and not any(word.startswith(b"--type=") for word in words):
                    return int(entry.parent.name)
        raise AssertionError("the phone is off")


@pytest.fixture
def phone(playwright_driver, live_server, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Gives a phone; ``camera`` is the film that its camera shows."""
    made: list[Phone] = []

    def give(**options: Any) -> Phone:
        base = options.pop("base", live_server.url)
        one = Phone(playwright_driver, tmp_path / f"phone{len(made)}", base, **options)
        made.append(one)
        return one

    yield give
    for one in made:
        with contextlib.suppress(Error):
            one.context.close()


@pytest.fixture(autouse=True)
def tasks_at_once() -> Iterator[None]:
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture(autouse=True)
def spool_dir(settings, tmp_path: Path) -> None:
    settings.SPOOL_DIR = tmp_path / "spool"


def film(code: str, folder: Path) -> Path:
    """What a camera sees that is held before the printed label of ``code``."""
    grid = next(iter(GRIDS.values()))
    sheet = render_sheets([Label(code, "曳引驱动乘客电梯")], SheetDesign(grid, address_prefix()))
    document = pypdfium2.PdfDocument(sheet)
    page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    document.close()
    dots = 300 / 25.4
    label = page.crop(
        (0, 0, int((grid.left + grid.width) * dots), int((grid.top + grid.height) * dots))
    )
    label.thumbnail((1100, 640))
    frame = Image.new("RGB", (1280, 720), (120, 120, 118))
    frame.paste(label, ((1280 - label.width) // 2, (720 - label.height) // 2))
    path = folder / "camera.mjpeg"
    with path.open("wb") as file:
        for _ in range(2):
            frame.save(file, "JPEG", quality=92)
    return path


@pytest.fixture
def shots() -> Callable[[Any, str], None]:
    """Keeps pictures of screens for the documentation when ``FIELD_SHOTS`` names a folder."""
    folder = os.environ.get("FIELD_SHOTS")

    def keep(page: Page, name: str) -> None:
        if not folder:
            return
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/field-{name}-{scheme}.png")
        page.emulate_media(color_scheme=None)

    return keep
