"""The slider over the months, and its two links for those without scripts."""

from __future__ import annotations

from typing import Any

from backend.web.risk.state import MapState


def build_slider_context(state: MapState) -> dict[str, Any]:
    """Where the slider stands, and the query strings of one month earlier and later."""
    known = state.months
    at = known.index(state.month) if state.month else len(known) - 1
    last = len(known) - 1
    return {
        "months_last": last,
        "month_at": at,
        "earlier": state.query_string_with(month=known[at - 1]) if at else "",
        "later": state.query_string_with(month=known[at + 1] if at + 1 < last else "")
        if at < last
        else "",
        "today_href": state.query_string_with(month=""),
    }
