"""Makes of a part of a matter a matter of its own, with its own flow and clocks (domain rule 22)."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _

from backend.hotline.models import HotlineMatter, name_nature
from backend.hotline.natures import nature_of
from backend.hotline.opened_letters import Attached, open_letter
from backend.hotline.reporters import copy_reporter
from backend.lib.problems import Refused
from backend.matters.links import add_link
from backend.matters.models import Link, Matter

_COPIED = (
    "account", "demand", "named", "important", "against_name", "against_address", "against_phone",
    "against_uscc", "product_name", "product_category", "product_model", "brand", "batch",
    "quantity", "goods_value", "bought_on", "bought_at", "known_since", "position", "address",
    "sent_by", "sent_as",
)  # fmt: skip


def split_off(matter: Matter, flow: str) -> Matter:
    """Open a matter that runs by ``flow`` of what ``matter`` tells; its clocks count from the same receipt."""
    whole: HotlineMatter = matter.hotline
    nature = nature_of(flow)
    if HotlineMatter.objects.filter(sent_as=whole.sent_as, nature=nature).exists():
        detail = _("This letter has such a matter already.")
        raise Refused("split-already", detail, status=409)
    child = HotlineMatter(nature=nature, **{name: getattr(whole, name) for name in _COPIED})
    links = matter.links.filter(kind=Link.Kind.ABOUT)
    part = open_letter(
        actor=None,
        child=child,
        attached=Attached(
            keep_reporter=partial(copy_reporter, whole),
            photos=[photo.file for photo in whole.photos.select_related("file")],
            about=[thing for link in links if (thing := link.unit or link.entity or link.person)],
        ),
        title=f"{name_nature(nature)} {matter.title.partition(' ')[2]}",
        office=matter.office,
        region=matter.region,
        received_at=matter.received_at,
        flow=flow,
        channel=matter.channel,
    )
    add_link(part, Link.Kind.SPLIT_FROM, matter)
    return part
