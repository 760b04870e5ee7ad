"""The field client's first screen from a cold cache, on a middling phone with slow 4G.

Chromium emulates both: the processor four times slower, and the line as its developer tools set
"slow 4G": 562.5 ms until an answer begins, 1.44 Mbit/s down, 0.675 Mbit/s up. The limit is a page
that does nothing but show the same field by a script of one line, in the same browser.
"""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.callers import result_row
from bench.fixtures import wait_for_server_and_count_units
from dev.packages import find_chromium

CHROMIUM = find_chromium() or ""
VISITS = 5
CPU_SLOWDOWN = 4
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_440_000 / 8,
    "uploadThroughput": 675_000 / 8,
}
_PHONE_VIEWPORT = {"width": 390, "height": 800}
# Asking from outside whether the form is there costs the slowed processor more than the form.
_NOTE_FORM_SCRIPT = """new MutationObserver((_, watch) => {
  if (!document.querySelector("input[name=username]")) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => (window.formShownAt = performance.now())));
}).observe(document, { childList: true, subtree: true });"""
_BARE_FILES = {
    "/m/": ("text/html", '<!doctype html><meta name="viewport" content="width=device-width">'
            '<script type="module" src="/m/app.js"></script><body>'),
    "/m/app.js": ("text/javascript",
                  'document.body.innerHTML = "<label>用户名 <input name=username></label>";'),
}  # fmt: skip
_READ_TIMINGS_SCRIPT = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const files = performance.getEntriesByType("resource");
  const bytes = [page, ...files].reduce((sum, file) => sum + file.transferSize, 0);
  return {paint: paint ? paint.startTime : null, bytes, files: files.length};
}"""


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table: medians of a few runs, each in a profile without a cache."""
    base_url, size = wait_for_server_and_count_units(base_url, size)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        with _bare_page_address() as bare_url:
            limit = [_open_first_screen(browser, bare_url, slow=True) for _ in range(VISITS)]
        slow = [_open_first_screen(browser, base_url, slow=True) for _ in range(VISITS)]
        quick = [_open_first_screen(browser, base_url, slow=False) for _ in range(VISITS)]
        browser.close()
    ready, bare, base = (
        statistics.median(one["ready"] for one in runs) for runs in (slow, limit, quick)
    )
    return [
        result_row("firstscreen.seconds", ready, "s", size, "firstscreen.bare", bare),
        result_row("firstscreen.unhindered", base, "s", size),
        result_row("firstscreen.paint", statistics.median(one["paint"] for one in slow), "s", size),
        result_row("firstscreen.bytes", slow[0]["bytes"], "bytes", size),
        result_row("firstscreen.files", slow[0]["files"], "files", size),
    ]


@contextmanager
def _bare_page_address() -> Iterator[str]:
    """The address of the bare page, which is served from here."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = _BARE_FILES.get(self.path, ("text/plain", ""))
            body = text.encode()
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the same
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _open_first_screen(browser: Browser, base_url: str, *, slow: bool) -> dict[str, float]:
    """The seconds until the sign-in form can be typed into, and what came over the line until
    then."""
    context = browser.new_context(
        viewport=_PHONE_VIEWPORT, device_scale_factor=2, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if slow:
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.add_init_script(_NOTE_FORM_SCRIPT)
    page.goto(f"{base_url}/m/", wait_until="commit")
    page.get_by_label("用户名").wait_for()
    ready = page.evaluate("window.formShownAt") / 1000
    told = page.evaluate(_READ_TIMINGS_SCRIPT)
    context.close()
    return {"ready": ready, "paint": (told["paint"] or 0) / 1000} | {
        name: told[name] for name in ("bytes", "files")
    }
