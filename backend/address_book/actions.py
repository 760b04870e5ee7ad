"""Changing how one is reached, and looking at a colleague's own number."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role, User
from backend.accounts.rights import Right, require_right, require_right_over
from backend.address_book.entries import contact_of, list_entries
from backend.address_book.models import Contact
from backend.directory.looks import note_look
from backend.lib.identifiers import phones
from backend.lib.problems import Refused, not_allowed, not_found


def require_staff(actor: User) -> None:
    """Refuse (403) accounts of enterprises, which are in no address book."""
    if actor.role == Role.ENTERPRISE:
        raise not_allowed(_("The address book is for the staff of authorities."))


def change_contact(*, actor: User, work_phone: str, work_mail: str, mobile: str) -> Contact:
    """Write down how ``actor`` is reached; what is empty is not told.

    Raises Refused: 403 for an enterprise's account; 422 ``number-invalid``, ``mobile-invalid``,
    ``mail-invalid``.
    """
    require_staff(actor)
    facts = {
        "work_phone": _parse_phone(work_phone, "work_phone"),
        "work_mail": _check_mail(work_mail),
        "mobile": _parse_phone(mobile, "mobile"),
    }
    if facts["mobile"] and phones.parse(facts["mobile"]).kind != phones.PhoneKind.MOBILE:
        told = _("Enter a mobile number here, and any other as the one at work.")
        raise Refused("mobile-invalid", told, field="mobile")
    with transaction.atomic(), attribute_changes_to(actor):
        contact, _new = Contact.objects.update_or_create(user=actor, defaults=facts)
    return contact


def disclose_mobile(*, actor: User, entry: int, reason: str) -> str:
    """The own number of whoever holds this post, unmasked, after the look is noted (PIPL art. 6, 51).

    Raises Refused: 403 without the right over the region of the post; 404 for no entry, or one
    without such a number; 422 without a reason.
    """
    require_right(actor, Right.SEE_PERSONAL_DATA)
    post = list_entries(actor).filter(pk=entry).first()
    if post is None:
        raise not_found(_("There is no such entry."))
    require_right_over(actor, Right.SEE_PERSONAL_DATA, post.office.region_id)
    mobile = contact_of(post.user).mobile
    if not mobile:
        raise not_found(_("No such number is known."))
    note_look(actor, reason, account=post.user)
    return mobile


def _parse_phone(given: str, field: str) -> str:
    if not given.strip():
        return ""
    try:
        return phones.parse(given).text
    except phones.InvalidPhone as error:
        raise Refused("number-invalid", str(error), field=field) from None


def _check_mail(given: str) -> str:
    mail = given.strip()
    try:
        if mail:
            validate_email(mail)
    except ValidationError as error:
        raise Refused("mail-invalid", error.messages[0], field="work_mail") from None
    return mail
