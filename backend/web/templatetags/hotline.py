"""What the pages of the hotline show by tags of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext_lazy as _

from backend.evidence.access import record_photo_url
from backend.evidence.models import File, Rendition
from backend.hotline.likeness import leave_out_joined, list_like_letters
from backend.hotline.models import HotlineMatter, Nature
from backend.hotline.paper_words import templates_for
from backend.hotline.product_categories import product_category_name
from backend.web.guards import signed_in_user

register = template.Library()

_GROUP_NAMES = {
    "category": _("By category"),
    "product": _("By product"),
    "enterprise": _("By enterprise"),
    "region": _("By county"),
}


@register.filter
def category_name(code: str) -> str:
    """The name of a product category in the reader's language; nothing for no code."""
    return product_category_name(code) if code else ""


@register.inclusion_tag("web/hotline/photo.html", takes_context=True)
def citizen_photo(context: Context, file: File) -> dict[str, Any]:
    """A photo that came with a letter, for who sees the matter; the addresses work for two minutes."""
    user = signed_in_user(context["request"])
    return {
        kind.value: record_photo_url(user=user, file=file, kind=kind)
        for kind in (Rendition.Kind.THUMBNAIL, Rendition.Kind.SCREEN)
    }


@register.simple_tag(takes_context=True)
def letters_to_join(context: Context, child: HotlineMatter) -> list[HotlineMatter]:
    """The letters that are like this one, are not joined with it yet, and the reader may see."""
    user = signed_in_user(context["request"])
    return leave_out_joined(child, list_like_letters(user, child))


@register.filter
def has_papers(child: HotlineMatter) -> bool:
    """Whether a letter of its nature has papers at all."""
    return bool(templates_for(child))


@register.filter
def nature_name(code: str) -> str:
    """The name of a nature in the reader's language."""
    return str(Nature(code).label)


@register.filter
def ten_thousands(yuan: Decimal | None) -> str:
    """An amount in 万元 with two decimals, as such figures are published; a dash for none."""
    return "—" if yuan is None else f"{yuan / 10_000:,.2f}"


@register.filter
def group_name(group: str) -> str:
    """By what the hot spots are counted, in the reader's language."""
    return str(_GROUP_NAMES[group])
