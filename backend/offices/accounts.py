"""Accounts as administrators keep them: opened, changed, given a password, ended, opened again.

An administrator reaches the people with posts in his line of offices and in no other, and those who
act for the enterprises of his jurisdiction and for no others. Nobody does any of it to himself, so that an administrator always remains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.given_passwords import give_password
from backend.accounts.models import DeviceToken, Role, User
from backend.accounts.rights import (
    Right,
    jurisdiction_filter_empty_as_province,
    reaches_province,
    require_right,
)
from backend.directory.models import LegalEntity, Membership
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office, Post

EDITABLE = frozenset({"display_name", "email", "role", "region_id"})


def accounts_administered_by(admin: User) -> QuerySet[User]:
    """The accounts that ``admin`` keeps."""
    keeps = Right.MANAGE_ACCOUNTS
    held = Membership.objects.filter(user=OuterRef("pk"))
    here = jurisdiction_filter_empty_as_province(admin, "entity__region_id", right=keeps)
    firms = Q(Exists(held.filter(here))) & ~Q(Exists(held.exclude(here)))
    if reaches_province(admin, keeps):
        firms |= ~Q(Exists(held))
    mine = Office.objects.administered_by(admin)
    posts = Post.objects.filter(user=OuterRef("pk"))
    outside = posts.exclude(office__in=mine).exclude(ends_on__lt=clock.today())
    staff = Q(Exists(posts.filter(office__in=mine))) & ~Q(Exists(outside))
    return User.objects.filter(staff | (Q(role=Role.ENTERPRISE) & firms))


def accounts_named(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Those with ``text`` in the name to sign in with, or in the one that is shown."""
    return rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text))


def with_particulars(rows: QuerySet[User]) -> QuerySet[User]:
    """``rows`` with ``second_factor``, the region, and the entities for which each acts."""
    totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    held = Membership.objects.select_related("entity").order_by("pk")
    listed = rows.select_related("region").defer("region__boundary", "region__label_point")
    return listed.annotate(second_factor=Exists(totp)).prefetch_related(
        Prefetch("memberships", held)
    )


def create_account(
    *, actor: User, username: str, entity: int | None = None, **facts: Any
) -> tuple[User, str]:
    """Open an account, which acts for ``entity`` from the start; an enterprise's must.

    Returns it with a password that nobody sees again. Raises Refused: 403 without the right or
    ``region-not-yours``, 409 ``username-taken``, 422 for a wrong value.
    """
    require_right(actor, Right.MANAGE_ACCOUNTS)
    account = User(username=username, **_require_editable(facts))
    password = give_password(account)
    with transaction.atomic(), attribute_changes_to(actor):
        office = _find_office(actor, account)
        _save_account(account, fields=None)
        if office is not None:
            _give_post(account, office)
        if entity is not None:
            Membership.objects.create(user=account, entity=_get_visible_entity(actor, entity))
        elif account.role == Role.ENTERPRISE:
            text = _("Name the enterprise for which the account acts.")
            raise Refused("entity-missing", text, field="entity")
    return account, password


def update_account(
    *,
    actor: User,
    account: User,
    unchanged: Callable[[User], None] | None = None,
    **changes: Any,
) -> User:
    """Change facts of an account; another role or jurisdiction ends its sign-ins.

    They are those of its main post, which ends then for a new one to begin.
    ``unchanged`` sees the locked row and may refuse. Raises Refused as create_account does, 404
    outside the jurisdiction, 409 ``own-account``.
    """
    with lock_accounts(actor, account) as found:
        if unchanged is not None:
            unchanged(found)
        before = found.role, found.region_id
        for name, value in _require_editable(changes).items():
            setattr(found, name, value)
        if Role.ENTERPRISE in (before[0], found.role) and before[0] != found.role:
            text = _("An enterprise's account stays one, and no other becomes one. Open another.")
            raise Refused("role-fixed", text, field="role")
        office = _find_office(actor, found)
        moved = (found.role, found.region_id) != before
        if moved and office is not None:
            _move_main_post(found, office, before)
        _save_account(found, fields=sorted(changes))
        if moved:
            end_everything(found)
    return found


def reset_password(*, actor: User, account: User, second_factor: bool = False) -> tuple[User, str]:
    """Give a password, shown once and to be changed at the next sign-in; ends all sign-ins.

    With ``second_factor`` that is taken off too, for whoever lost it. Raises as update_account.
    """
    with lock_accounts(actor, account) as found:
        password = give_password(found)
        found.save(update_fields=["password", "given_password_until"])
        if second_factor:
            Authenticator.objects.filter(user=found).delete()
        # The database takes a hash of other parameters for the same password, hashed anew.
        end_everything(found)
    return found, password


def end_sign_ins(*, actor: User, account: User) -> None:
    """Sign the account out of every browser and phone. Raises as update_account."""
    with lock_accounts(actor, account) as found:
        end_everything(found)


def end_device(*, actor: User, account: User, device_id: str) -> None:
    """Sign the account out of one phone. Raises as update_account, 404 where there is none."""
    with lock_accounts(actor, account) as found:
        ended, _rows = DeviceToken.objects.filter(user=found, device_id=device_id).delete()
        if not ended:
            raise not_found(_("The account is not signed in on such a device."))


def close_account(*, actor: User, account: User) -> User:
    """Let nobody sign in any more; the database ends what is open. Raises as update_account."""
    return _set_active(actor, account, active=False)


def reopen_account(*, actor: User, account: User) -> User:
    """Let its holder sign in again; what was open stays ended. Raises as update_account."""
    return _set_active(actor, account, active=True)


def _set_active(actor: User, account: User, *, active: bool) -> User:
    with lock_accounts(actor, account) as found:
        found.is_active = active
        found.save(update_fields=["is_active"])
    return found


def _give_post(account: User, office: Office) -> None:
    Post.objects.create(user=account, office=office, role=account.role, starts_on=clock.today())
    account.refresh_from_db(fields=["held_posts"])


def _move_main_post(account: User, office: Office, before: tuple[str, str | None]) -> None:
    """End the posts that made the account what it was, yesterday; one of today becomes the new one."""
    today = clock.today()
    role, region = before
    old = Post.objects.filter(user=account, role=role, office__region=region, ends_on=None)
    if old.filter(starts_on__gte=today).update(office=office, role=account.role):
        return
    old.update(ends_on=today - dt.timedelta(days=1))
    _give_post(account, office)


@contextmanager
def lock_accounts(actor: User, account: User) -> Iterator[User]:
    """The row of ``account``, locked together with the actor's: of two administrators who close
    each other at once one is refused."""
    require_right(actor, Right.MANAGE_ACCOUNTS)
    with transaction.atomic(), attribute_changes_to(actor):
        pair = User.objects.filter(pk__in={actor.pk, account.pk}).order_by("pk")
        rows = {row.pk: row for row in pair.select_for_update(no_key=True)}
        now = rows[actor.pk]
        require_right(now, Right.MANAGE_ACCOUNTS)
        if not accounts_administered_by(now).filter(pk=account.pk).exists():
            raise not_found(_("There is no such account in your jurisdiction."))
        if account.pk == actor.pk:
            text = _("Another administrator must do this to your account.")
            raise Refused("own-account", text, status=409)
        yield rows[account.pk]


def end_everything(account: User) -> None:
    """Let the database end every sign-in of the account."""
    User.objects.filter(pk=account.pk).update(sign_outs=F("sign_outs") + 1)


def _require_editable(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - EDITABLE
    if unknown:
        raise TypeError(f"not a fact of an account: {sorted(unknown)}")
    return facts


def _get_visible_entity(actor: User, entity: int) -> LegalEntity:
    found = LegalEntity.objects.visible_to(actor).filter(pk=entity).first()
    if found is None:
        text = _("There is no such entity in your jurisdiction.")
        raise Refused("entity-unknown", text, field="entity")
    return found


def _save_account(account: User, *, fields: list[str] | None) -> None:
    try:
        account.clean_fields(exclude=["password"])
        with transaction.atomic():
            account.save(force_insert=fields is None, update_fields=fields)
    except ValidationError as error:
        field, texts = next(iter(error.message_dict.items()))
        raise Refused("value-invalid", force_str(texts[0]), field=field) from None
    except IntegrityError:
        text = _("This name is taken. Choose another.")
        raise Refused("username-taken", text, field="username", status=409) from None


def _find_office(actor: User, account: User) -> Office | None:
    """The office in which the account's role is held: that of the authority of its region.

    None for an enterprise's. Raises Refused for a region that does not fit the role or the actor.
    """
    if account.role == Role.ENTERPRISE:
        if account.region_id is not None:
            text = _("An enterprise has no jurisdiction: leave the region out.")
            raise Refused("region-not-wanted", text, field="region")
        return None
    if account.region_id is None:
        text = _("Say over which region the account reaches.")
        raise Refused("region-missing", text, field="region")
    offices = Office.objects.administered_by(actor).of_authorities().in_force(clock.today())
    found = offices.filter(region=account.region_id).first()
    if found is None:
        text = _("The region is outside your jurisdiction.")
        raise Refused("region-not-yours", text, field="region", status=403)
    return found
