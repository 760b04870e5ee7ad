"""Who looked at whose data, as a page for auditors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.directory.looks import counted
from backend.directory.models import PersonalDataLook
from backend.web.guards import right_required

_NEWEST = 100


@right_required(Right.READ_LOOKS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """By who looked, and the newest looks one by one."""
    assert isinstance(request.user, User)  # right_required saw to it
    looks = PersonalDataLook.objects.visible_to(request.user)
    newest = looks.select_related("user").order_by("-pk")[:_NEWEST]
    context = {"counts": counted(looks)[:_NEWEST], "looks": newest}
    return render(request, "web/looks.html", context)
