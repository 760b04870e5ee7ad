"""Makes of a part of a matter a matter of its own, with its own flow and clocks (domain rule 22)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.hotline.models import HotlineMatter, HotlinePhoto, Nature, name_nature
from backend.hotline.numbers import take_number
from backend.hotline.reporters import copy_reporter
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.links import join
from backend.matters.models import Link, Matter
from backend.matters.opening import Opening, open_matter

_NATURES = {"hotline-report": Nature.REPORT, "hotline-complaint": Nature.COMPLAINT}
_COPIED = (
    "account", "demand", "named", "important", "against_name", "against_address", "against_phone",
    "against_uscc", "product_name", "product_category", "product_model", "brand", "batch",
    "quantity", "goods_value", "bought_on", "bought_at", "known_since", "position", "address",
    "sent_by", "sent_as",
)  # fmt: skip


def split_off(matter: Matter, flow: str) -> Matter:
    """Open a matter that runs by ``flow`` of what ``matter`` tells; its clocks count from the same receipt."""
    whole: HotlineMatter = matter.hotline
    nature = _NATURES[flow]
    if HotlineMatter.objects.filter(sent_as=whole.sent_as, nature=nature).exists():
        detail = _("This letter has such a matter already.")
        raise Refused("split-already", detail, status=409)
    child = HotlineMatter(nature=nature, **{name: getattr(whole, name) for name in _COPIED})
    part = open_matter(
        actor=None,
        opening=Opening(
            kind=matter.kind,
            child=child,
            title=f"{name_nature(nature)} {matter.title.partition(' ')[2]}",
            office=matter.office,
            region=matter.region,
            received_at=matter.received_at,
            flow=flow,
            channel=matter.channel,
            number=take_number(matter.region_id, clock.today()),
        ),
    )
    copy_reporter(whole, child)
    HotlinePhoto.objects.bulk_create(
        [HotlinePhoto(matter=child, file=photo.file) for photo in whole.photos.all()]
    )
    for link in matter.links.filter(kind=Link.Kind.ABOUT):
        if about := link.unit or link.entity or link.person:
            join(part, link.kind, about)
    join(part, Link.Kind.SPLIT_FROM, matter)
    return part
