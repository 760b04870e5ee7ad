"""The slider over the months, and its two links for those without scripts."""

from __future__ import annotations

from typing import Any

from backend.web.risk.asked import Asked


def steps(asked: Asked) -> dict[str, Any]:
    """Where the slider stands, and the questions one month earlier and later."""
    known = asked.months
    at = known.index(asked.month) if asked.month else len(known) - 1
    last = len(known) - 1
    return {
        "months_last": last,
        "month_at": at,
        "earlier": asked.with_(month=known[at - 1]) if at else "",
        "later": asked.with_(month=known[at + 1] if at + 1 < last else "") if at < last else "",
        "today_href": asked.with_(month=""),
    }
