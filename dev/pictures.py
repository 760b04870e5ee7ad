"""``python -m dev.pictures [file]``: photographs the risk map of a running service into docs/img.

The file holds the address and the accounts, as ``make run`` writes it: ``.local/demo.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from dev.console import print_progress
from dev.packages import find_chromium
from dev.paths import LOCAL, ROOT

FOLDER = ROOT / "docs" / "img"
CHROMIUM = find_chromium() or ""
WEBGL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PATIENCE_MS = 240_000
DEVICES: dict[str, tuple[ViewportSize, float]] = {
    "desktop": ({"width": 1366, "height": 768}, 1.0),
    "phone": ({"width": 390, "height": 844}, 2.0),
}
PLACES = {
    "province": "/risk/",
    "county": "/risk/?region=370202&z=11.4&lng=120.375&lat=36.07",
    "units": "/risk/?region=370203&z=13.2&lng=120.362&lat=36.092",
}
"""The same map at three zooms."""


def main(words: list[str]) -> None:
    """Twelve pictures: three zooms, two devices, light and dark."""
    told = json.loads((Path(words[0]) if words else LOCAL / "demo.json").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(WEBGL))
        for device, scheme in product(DEVICES, ("light", "dark")):
            _photograph(browser, told, device, scheme)
        browser.close()


def _photograph(browser: Browser, told: dict[str, Any], device: str, scheme: Any) -> None:
    viewport, sharpness = DEVICES[device]
    context = browser.new_context(
        viewport=viewport, device_scale_factor=sharpness, color_scheme=scheme, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    _sign_in(page, told)
    for place, path in PLACES.items():
        page.goto(told["base_url"] + path)
        page.wait_for_selector("body.map-drawn")
        picture = FOLDER / f"risk-{place}-{device}-{scheme}.png"
        page.screenshot(path=picture)
        Image.open(picture).convert("RGB").quantize(160).save(picture, optimize=True)
        print_progress(f"{picture.name}: {picture.stat().st_size // 1024} kB")
    context.close()


def _sign_in(page: Page, told: dict[str, Any]) -> None:
    account = next(_supervisors(told))
    page.goto(f"{told['base_url']}/accounts/login/")
    page.fill("[name=login]", account["username"])
    page.fill("[name=password]", account["password"])
    page.click("main form button")
    page.wait_for_url("**/")


def _supervisors(told: dict[str, Any]) -> Iterator[dict[str, str]]:
    return (account for account in told["accounts"] if account["role"] == "supervisor")


if __name__ == "__main__":
    main(sys.argv[1:])
