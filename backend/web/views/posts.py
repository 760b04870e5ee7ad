"""Posts as pages: an administrator gives and ends those of others, everybody sees his own and names
who stands in for him."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.absences.substitutions import end_substitution, name_substitute
from backend.accounts.rights import Right
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.accounts import accounts_administered_by
from backend.offices.actions import end_post, give_post
from backend.offices.models import Post, Substitution
from backend.web.form_actions import try_action
from backend.web.guards import right_required, signed_in_user
from backend.web.postforms import GivePostForm, SubstituteForm

_administrators = right_required(Right.MANAGE_ACCOUNTS)
_form = require_http_methods(["GET", "HEAD", "POST"])


@_administrators
@_form
def show_posts_of_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The posts of one account, and the form by which another is given."""
    admin = signed_in_user(request)
    account = get_object_or_404(accounts_administered_by(admin), pk=pk)
    form = GivePostForm(admin, request.POST or None)
    if try_action(form, lambda facts: give_post(actor=admin, account=account, **facts)):
        messages.success(request, _("The post was given."))
        return redirect("web:account-posts", pk=pk)
    posts = account.posts.select_related("office").order_by("-starts_on", "-pk")
    context = {"account": account, "form": form, "posts": posts, "today": clock.today()}
    return render(request, "web/account_posts.html", context)


@_administrators
@require_POST
def end_post_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a post end today."""
    post = get_object_or_404(Post.objects.visible_to(signed_in_user(request)), pk=pk)
    done = redirect("web:account-posts", pk=post.user_id)
    return _try_and_tell(request, done, lambda: end_post(actor=signed_in_user(request), post=post))


@login_required
@never_cache
@require_safe
def show_own_posts(request: HttpRequest) -> HttpResponse:
    """The user's own posts with their substitutes, and where he stands in for others."""
    user = signed_in_user(request)
    posts = Post.objects.filter(user=user).select_related("office").order_by("-starts_on", "-pk")
    days = Substitution.objects.filter(ends_on__gte=clock.today()).order_by("starts_on")
    context = {
        "posts": posts,
        "named": days.filter(post__user=user).select_related("post__office", "substitute"),
        "standing_in": days.filter(substitute=user).select_related("post__office", "post__user"),
        "today": clock.today(),
    }
    return render(request, "web/posts.html", context)


@login_required
@never_cache
@_form
def name_substitute_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form by which the holder of a post, or an administrator, names who stands in."""
    user = signed_in_user(request)
    seen = Post.objects.visible_to(user).select_related("office", "user")
    post = get_object_or_404(seen, pk=pk)
    form = SubstituteForm(post, request.POST or None)
    if try_action(form, lambda facts: name_substitute(actor=user, post=post, **facts)):
        messages.success(request, _("The substitute was named."))
        return redirect("web:posts")
    return render(request, "web/substitute.html", {"post": post, "form": form})


@login_required
@require_POST
def end_substitution_view(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution from today on."""
    user = signed_in_user(request)
    lent = get_object_or_404(Substitution.objects.visible_to(user), pk=pk)
    done = redirect("web:posts")
    return _try_and_tell(request, done, lambda: end_substitution(actor=user, substitution=lent))


def _try_and_tell(request: HttpRequest, done: HttpResponse, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, force_str(refusal.detail))
    return done
