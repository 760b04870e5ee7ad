"""What the pages of applications show by tags of their own."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.template.context import Context

from backend.approvals.kinds import FormField
from backend.approvals.models import Application, Attachment
from backend.approvals.registrations import find_registration_refusal
from backend.evidence.access import record_photo_url
from backend.evidence.models import Rendition
from backend.lib.problems import Refused
from backend.web.guards import signed_in_user

register = template.Library()


@register.filter
def text_of(form: dict[str, str], field: FormField) -> str:
    """What was filled in; a choice in the words of the reader's language."""
    text = form.get(field.name, "")
    return next((choice.label for choice in field.choices if choice.value == text), text)


@register.simple_tag(takes_context=True)
def register_says(context: Context, application: Application) -> Refused | None:
    """Why the register would not take a use registration now; None where it would, or for other kinds."""
    if application.kind_row.about != "unit":
        return None
    return find_registration_refusal(application, signed_in_user(context["request"]))


@register.simple_tag
def attachments_of(application: Application) -> QuerySet[Attachment]:
    """The documents that came with an application, as they came."""
    rows = application.attachments.select_related("file", "application").order_by("pk")
    return rows.prefetch_related("file__renditions")


@register.filter
def document_label(attachment: Attachment) -> str:
    """What the kind calls the document."""
    documents = attachment.application.kind_row.documents
    return next(one.label for one in documents if one.name == attachment.document)


@register.inclusion_tag("web/applications/enclosed.html", takes_context=True)
def enclosed_photo(context: Context, attachment: Attachment) -> dict[str, Any]:
    """A picture that came with an application, for who sees its matter; the addresses work for two minutes."""
    user = signed_in_user(context["request"])
    return {"label": document_label(attachment)} | {
        kind.value: record_photo_url(user=user, file=attachment.file, kind=kind)
        for kind in (Rendition.Kind.THUMBNAIL, Rendition.Kind.SCREEN)
    }
