"""What axe-core finds wrong with a page for people who see, hear or move otherwise."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from backend.config.settings import ROOT

SCRIPT = ROOT / "backend" / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Each fault of the page as it stands now: the rule, where, and why; best none.

    The script goes in through the browser and not through the page, so that its Content-Security-
    Policy stays as it is.
    """
    if page.evaluate("window.axe === undefined"):
        page.evaluate(SCRIPT.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)"
    )
    return [
        f"{fault['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
