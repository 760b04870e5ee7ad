"""Who looked at whose data, as a page for auditors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.rights import Right
from backend.directory.looks import count_looks_by_person
from backend.directory.models import PersonalDataLook
from backend.web.guards import right_required, signed_in_user

_MAX_ROWS = 100


@right_required(Right.READ_LOOKS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The looks counted by who looked, and the newest one by one."""
    looks = PersonalDataLook.objects.visible_to(signed_in_user(request))
    newest = looks.select_related("user").order_by("-pk")[:_MAX_ROWS]
    context = {"counts": count_looks_by_person(looks)[:_MAX_ROWS], "looks": newest}
    return render(request, "web/looks.html", context)
