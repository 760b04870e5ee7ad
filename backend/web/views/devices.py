"""The devices on which somebody is signed in, for him to end one that is lost, or all; and what he
is asked to agree to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.actions import end_own_sign_in, sign_out_everywhere
from backend.accounts.models import DeviceToken, SignIn, User
from backend.accounts.rights import Right, may
from backend.directory.invitations import accept_invitation, end_invitation
from backend.directory.models import Invitation
from backend.lib.problems import Refused

_MAX_TRIES = 20


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page of the devices, and of the latest tries to sign in under this account."""
    assert isinstance(request.user, User)
    devices = DeviceToken.objects.filter(user=request.user).order_by("-created")
    tries = SignIn.objects.filter(user=request.user).order_by("-id")[:_MAX_TRIES]
    context = {
        "devices": devices,
        "tries": tries,
        "audits": may(request.user, Right.READ_LOOKS),
        "invitations": Invitation.objects.open_to(request.user).select_related("entity"),
        "judges": may(request.user, Right.JUDGE_FIELDWORK),
    }
    return render(request, "web/devices.html", context)


@login_required
@require_POST
def end_own_device(request: HttpRequest, device_id: str) -> HttpResponse:
    """End one device, or 404."""
    assert isinstance(request.user, User)
    try:
        end_own_sign_in(actor=request.user, device_id=device_id.replace("\0", ""))
    except Refused as refused:
        raise Http404 from refused
    return redirect("web:devices")


@login_required
@require_POST
def end_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session and device, this one too."""
    assert isinstance(request.user, User)
    sign_out_everywhere(actor=request.user)
    logout(request)
    return redirect("account_login")


@login_required
@require_POST
def accept_invitation_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to act for an entity, or 404."""
    return _answer_invitation(request, pk, accept_invitation)


@login_required
@require_POST
def decline_invitation_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline to, or 404."""
    return _answer_invitation(request, pk, end_invitation)


def _answer_invitation(request: HttpRequest, pk: int, answer: Callable[..., Any]) -> HttpResponse:
    try:
        answer(actor=request.user, invitation=pk)
    except Refused as refused:
        raise Http404 from refused
    return redirect("web:devices")
