"""Swapping duties: asked for by one, agreed to or refused by the other."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.calendars.models import Duty
from backend.calendars.swaps import agree_to_swap, ask_for_swap, refuse_swap
from backend.web.form_actions import act_and_say, try_action
from backend.web.forms.calendars import SwapForm
from backend.web.guards import signed_in_user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_swap_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that asks somebody to take one's duty for his; 404 for a duty that is not one's own."""
    user = signed_in_user(request)
    mine = Duty.objects.visible_to(user).filter(person=user)
    duty = get_object_or_404(mine.select_related("roster__office", "shift"), pk=pk)
    form = SwapForm(duty, request.POST or None)
    if try_action(form, lambda facts: ask_for_swap(actor=user, duty=pk, **facts)):
        messages.success(request, _("It is done when the other agrees."))
        return redirect("web:calendar")
    return render(request, "web/desk/duty_swap.html", {"duty": duty, "form": form})


@login_required
@require_POST
def agree_swap_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the duties."""
    user = signed_in_user(request)
    act_and_say(request, lambda: agree_to_swap(actor=user, swap=pk), _("The duties are swapped."))
    return redirect("web:calendar")


@login_required
@require_POST
def refuse_swap_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the duties as they are."""
    user = signed_in_user(request)
    act_and_say(
        request, lambda: refuse_swap(actor=user, swap=pk), _("The duties stay as they are.")
    )
    return redirect("web:calendar")
