"""The accounts of an administrator's jurisdiction, as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import DeviceToken, SignIn, User
from backend.accounts.rights import Right
from backend.directory.actions import remove_membership
from backend.directory.invitations import invite
from backend.directory.models import Membership
from backend.lib.problems import Refused
from backend.offices import accounts as keeping
from backend.web.accountforms import AccountForm, FindAccountsForm, InviteForm, OpenAccountForm
from backend.web.form_actions import try_action
from backend.web.guards import right_required, signed_in_user

_PAGE = 50
_LATEST = 20
_administrators = right_required(Right.MANAGE_ACCOUNTS)
_form = require_http_methods(["GET", "HEAD", "POST"])


@_administrators
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One page of the accounts, newest first."""
    form = FindAccountsForm(request.GET)
    form.is_valid()
    rows = list(_accounts_asked_for(request, form.cleaned_data)[: _PAGE + 1])
    query = request.GET.copy()
    query["after"] = str(rows[_PAGE - 1].pk) if len(rows) > _PAGE else ""
    following = query.urlencode() if len(rows) > _PAGE else ""
    context = {"form": form, "accounts": rows[:_PAGE], "following": following}
    return render(request, "web/accounts.html", context)


def _accounts_asked_for(request: HttpRequest, asked: dict[str, Any]) -> QuerySet[User]:
    rows = keeping.with_particulars(_administered_accounts(request)).order_by("-pk")
    if asked.get("q"):
        rows = keeping.accounts_named(rows, asked["q"])
    if asked.get("role"):
        rows = rows.filter(role=asked["role"])
    if asked.get("state"):
        rows = rows.filter(is_active=asked["state"] == "open")
    return rows.filter(pk__lt=asked["after"]) if asked.get("after") else rows


@_administrators
@_form
def open_account(request: HttpRequest) -> HttpResponse:
    """The form for a new account, and after it the password that is shown once."""
    form = OpenAccountForm(signed_in_user(request), request.POST or None)
    done = try_action(
        form, lambda facts: keeping.create_account(actor=signed_in_user(request), **facts)
    )
    if done is None:
        return render(request, "web/account_new.html", {"form": form})
    return _show_password_once(request, *done)


@_administrators
@_form
def show_account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it is, where it is signed in, and what may be changed."""
    account, admin = _get_account(request, pk), signed_in_user(request)
    initial = {name: getattr(account, name) for name in ("display_name", "email", "role", "region")}
    form = AccountForm(admin, request.POST or None, initial=initial)
    if try_action(
        form, lambda facts: keeping.update_account(actor=admin, account=account, **facts)
    ):
        messages.success(request, _("Changed."))
        return redirect("web:account", pk=pk)
    context = {
        "account": account,
        "form": form,
        "invite": InviteForm(admin),
        "devices": DeviceToken.objects.filter(user=account).order_by("-created"),
        "tries": SignIn.objects.filter(user=account).order_by("-id")[:_LATEST],
    }
    return render(request, "web/account.html", context)


@_administrators
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a password, which is shown once; with ``second_factor`` take that off too."""
    account, off = _get_account(request, pk), request.POST.get("second_factor") == "on"
    try:
        done = keeping.reset_password(
            actor=signed_in_user(request), account=account, second_factor=off
        )
    except Refused as refusal:
        return _show_refusal(request, pk, refusal)
    return _show_password_once(request, *done)


@_administrators
@require_POST
def sign_account_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End every browser and phone of the account."""
    return _change_account(request, pk, keeping.end_sign_ins, _("Signed out everywhere."))


@_administrators
@require_POST
def end_device(request: HttpRequest, pk: int, device_id: str) -> HttpResponse:
    """End one phone."""
    named = device_id.replace("\0", "")
    return _change_account(
        request, pk, keeping.end_device, _("The phone is signed out."), device_id=named
    )


@_administrators
@require_POST
def close_account_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account."""
    return _change_account(request, pk, keeping.close_account, _("The account is closed."))


@_administrators
@require_POST
def reopen_account_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it again."""
    return _change_account(request, pk, keeping.reopen_account, _("The account is open again."))


@_administrators
@require_POST
def invite_to_entity(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the holder of the account to act for an entity."""
    account, form = _get_account(request, pk), InviteForm(signed_in_user(request), request.POST)
    if not form.is_valid():
        messages.error(request, force_str(next(iter(form.errors.values()))[0]))
        return redirect("web:account", pk=pk)
    entity = form.cleaned_data["entity"]
    invite(actor=signed_in_user(request), username=account.username, entity=entity)
    messages.success(request, _("Invited. The holder of the account has to agree."))
    return redirect("web:account", pk=pk)


@_administrators
@require_POST
def end_membership(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """Let the account act for an entity no longer."""
    held = Membership.objects.visible_to(signed_in_user(request)).filter(
        user=_get_account(request, pk)
    )
    if (found := held.filter(pk=membership).first()) is None:
        raise Http404
    remove_membership(actor=signed_in_user(request), user=found.user, entity=found.entity)
    return redirect("web:accounts")


def _administered_accounts(request: HttpRequest) -> QuerySet[User]:
    return keeping.accounts_administered_by(signed_in_user(request))


def _get_account(request: HttpRequest, pk: int) -> User:
    found = keeping.with_particulars(_administered_accounts(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _change_account(
    request: HttpRequest, pk: int, action: Callable[..., Any], said: str, **facts: Any
) -> HttpResponse:
    """Do it to the account, and lead back to it with what came of it."""
    try:
        action(actor=signed_in_user(request), account=_get_account(request, pk), **facts)
    except Refused as refusal:
        return _show_refusal(request, pk, refusal)
    messages.success(request, said)
    return redirect("web:account", pk=pk)


def _show_refusal(request: HttpRequest, pk: int, refusal: Refused) -> HttpResponse:
    if refusal.status == 404:
        raise Http404
    messages.error(request, force_str(refusal.detail))
    return redirect("web:account", pk=pk)


def _show_password_once(request: HttpRequest, account: User, password: str) -> HttpResponse:
    context = {"account": account, "password": password}
    return render(request, "web/account_password.html", context)
