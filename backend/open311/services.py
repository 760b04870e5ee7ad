"""What may be asked for by this door: the natures of the hotline that a citizen may want."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.hotline.models import Nature
from backend.hotline.product_categories import product_category_choices

OFFERED = (Nature.REPORT, Nature.COMPLAINT, Nature.QUESTION, Nature.SUGGESTION, Nature.PRAISE)
"""All but complaints about conduct, which do not go through programs of others."""

ATTRIBUTES: tuple[tuple[str, str, Any], ...] = (
    ("product_category", "singlevaluelist", _lazy("Product category")),
    ("product_name", "string", _lazy("Product or equipment")),
    ("against_name", "string", _lazy("Against whom")),
    ("against_address", "string", _lazy("Their address")),
    ("unit_code", "string", _lazy("Code on the equipment")),
    ("demand", "text", _lazy("What do you ask for?")),
)
"""Code, data type and question of what may be told beside the account."""


def service_documents() -> list[dict[str, Any]]:
    """The services, as ``GET services`` lists them."""
    return [
        {
            "service_code": nature.value,
            "service_name": str(nature.label),
            "description": _("Taken by the hotline 12365 and handed to the office in charge."),
            "metadata": True,
            "type": "realtime",
            "keywords": "12365,12315",
            "group": "12365",
        }
        for nature in OFFERED
    ]


def service_definition(code: str) -> dict[str, Any] | None:
    """What may be told with a service beside the account; None where there is no such service."""
    if code not in OFFERED:
        return None
    attributes = [
        _describe_attribute(order, name, datatype, question)
        for order, (name, datatype, question) in enumerate(ATTRIBUTES, start=1)
    ]
    return {"service_code": code, "attributes": attributes}


def _describe_attribute(order: int, name: str, datatype: str, question: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "variable": True,
        "code": name,
        "datatype": datatype,
        "required": False,
        "datatype_description": None,
        "order": order,
        "description": str(question),
    }
    if datatype == "singlevaluelist":
        document["values"] = [
            {"key": key, "name": name} for key, name in product_category_choices()
        ]
    return document
