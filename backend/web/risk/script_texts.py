"""The texts of the map's script, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.web.risk.factor_names import FACTOR_NAMES


def build_script_texts() -> dict[str, str]:
    """The texts by the names that the script knows them by."""
    return {
        "map": _("Map of risk"),
        "day": _("day"),
        "units": _("units"),
        "overdue": _("overdue"),
        "failed": _("failed"),
        "score": _("risk score"),
        "status": _("status"),
        "inspection": _("inspection"),
        "cell": _("grid cell"),
        **{f"factor {name}": str(label) for name, label in FACTOR_NAMES.items()},
        "days": _("days"),
        "% of the design life": _("% of the design life"),
        "% of what is usual for its like": _("% of what is usual for its like"),
        "cluster": _("More letters than chance would bring"),
        "cluster of": _("{observed} instead of {expected} (p = {p})"),
        "product": _("Product or equipment"),
        "all products": _("all products together"),
        "period": _("Period"),
        "letters": _("Letters"),
        "show letters": _("Show its letters"),
        "shown": _("{shown} of {total} units are drawn, those of highest risk."),
        "open card": _("Open the card"),
        "plan a check": _("Plan a check here"),
        "zoom in": _("Zoom in"),
        "zoom out": _("Zoom out"),
        "near me": _("Near me"),
        "no location": _("Your place is not known"),
        "close": _("Close"),
        "no map": _("This browser cannot draw the map (WebGL 2). The table has the same figures."),
    }
