"""Keeping the directory: entities, who acts for them, people, and looks at personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, may_over, require_right, require_right_over
from backend.directory.looks import note_look
from backend.directory.masking import Facts, entity_facts, person_facts
from backend.directory.models import LegalEntity, Membership, Person
from backend.directory.number_tries import check_number_free, entity_exists_refusal
from backend.lib.identifiers import uscc
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.lib.identifiers.phones import parse as _phone
from backend.lib.identifiers.resident_id import parse as _resident_id
from backend.lib.problems import Refused, not_found

EDITABLE = frozenset(
    {"name", "uscc", "organisation_code", "natural_person", "region_id", "address", "phone"}
)
CheckUnchanged = Callable[[LegalEntity], None]


def create_entity(*, actor: User, **facts: Any) -> LegalEntity:
    """Enter an entity. A natural person's identity number stands in ``uscc`` (domain 8.1).

    Raises Refused: 403 without the right or ``region-not-yours``, 422 for a
    wrong number, 409 ``entity-exists`` when the number is taken.
    """
    require_right(actor, Right.MANAGE_DIRECTORY)
    entity = LegalEntity(**_check_editable(facts))
    _canonise_number(entity)
    check_number_free(actor, entity)
    return _write_entity(actor, entity, fields=None)


def update_entity(
    *,
    actor: User,
    entity: LegalEntity,
    check_unchanged: CheckUnchanged | None = None,
    reason: str = "",
    **changes: Any,
) -> LegalEntity:
    """Change facts of an entity. ``check_unchanged`` sees the locked row and may refuse.

    To say of a natural person that it is none shows its data to everybody: that needs the right to
    see them and a ``reason``, and is a look that is kept. Raises Refused as create_entity and
    disclose_entity do, and what ``check_unchanged`` raises.
    """
    require_right(actor, Right.MANAGE_DIRECTORY)
    if "uscc" in changes:
        natural = changes.get("natural_person", entity.natural_person)
        told = LegalEntity(pk=entity.pk, uscc=changes["uscc"], natural_person=natural)
        _canonise_number(told)
        check_number_free(actor, told)
    with transaction.atomic():
        row = LegalEntity.objects.visible_to(actor).select_for_update(of=("self",))
        found = row.filter(pk=entity.pk).first()
        if found is None:
            raise not_found(_("There is no such entity in your jurisdiction."))
        require_right_over(actor, Right.MANAGE_DIRECTORY, found.region_id)
        if check_unchanged is not None:
            check_unchanged(found)
        if found.natural_person and changes.get("natural_person") is False:
            require_right_over(actor, Right.SEE_PERSONAL_DATA, found.region_id)
            note_look(actor, reason, entity=found)
        for name, value in _check_editable(changes).items():
            setattr(found, name, value)
        _canonise_number(found)
        return _write_entity(actor, found, fields=sorted(changes))


def remove_membership(*, actor: User, user: User, entity: LegalEntity) -> None:
    """End the membership of ``user`` in ``entity``. Raises Refused 403, 404."""
    require_right(actor, Right.MANAGE_DIRECTORY)
    require_over(actor, Right.MANAGE_DIRECTORY, entity)
    with transaction.atomic(), attribute_changes_to(actor):
        Membership.objects.filter(user=user, entity=entity).delete()


def create_person(
    *, actor: User, employer: LegalEntity, name: str, resident_id: str = "", phone: str = ""
) -> Person:
    """Enter somebody whom ``employer`` employs; numbers are kept in their canonical form.

    Raises Refused: 403 without the right, 404 for an employer outside the jurisdiction, 422 for
    a wrong number, 409 ``person-exists`` when the identity number is known.
    """
    require_right(actor, Right.MANAGE_DIRECTORY)
    require_over(actor, Right.MANAGE_DIRECTORY, employer)
    number = _parse_to_canonical(_resident_id, resident_id, field="resident_id") or None
    told = _parse_to_canonical(_phone, phone, field="phone")
    try:
        with transaction.atomic(), attribute_changes_to(actor):
            return Person.objects.create(
                name=name, resident_id=number, phone=told, employer=employer
            )
    except IntegrityError:
        text = _("A person with this identity number is in the directory already.")
        raise Refused("person-exists", text, field="resident_id", status=409) from None


def disclose_entity(*, actor: User, entity: LegalEntity, reason: str) -> Facts:
    """An entity's facts unmasked, after the look is noted (PIPL art. 6, 51).

    Raises Refused: 403 without the right, 404 outside the jurisdiction, 422 without a reason.
    """
    require_right(actor, Right.SEE_PERSONAL_DATA)
    require_over(actor, Right.SEE_PERSONAL_DATA, entity)
    note_look(actor, reason, entity=entity)
    return entity_facts(entity)


def disclose_person(*, actor: User, person: Person, reason: str) -> Facts:
    """A person's facts unmasked, after the look is noted. Raises as disclose_entity does."""
    require_right(actor, Right.SEE_PERSONAL_DATA)
    if not Person.objects.visible_to(actor).filter(pk=person.pk).exists():
        raise not_found(_("There is no such person in your jurisdiction."))
    place = person.employer.region_id if person.employer else None
    require_right_over(actor, Right.SEE_PERSONAL_DATA, place)
    note_look(actor, reason, person=person)
    return person_facts(person)


def _check_editable(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - EDITABLE
    if unknown:
        raise TypeError(f"not a fact of an entity: {sorted(unknown)}")
    return facts


def _canonise_number(entity: LegalEntity) -> None:
    """Bring the entity's number into its canonical form; raises Refused (422) for a wrong one."""
    parse = _resident_id if entity.natural_person else uscc.parse
    entity.uscc = _parse_to_canonical(parse, entity.uscc, field="uscc") or None


def _parse_to_canonical(parse: Callable[[str], Any], given: str | None, *, field: str) -> str:
    """The canonical form of the ``given`` number, as it is stored; empty stays empty."""
    if not given:
        return ""
    try:
        text: str = parse(given).text
    except InvalidIdentifier as error:
        raise Refused("number-invalid", str(error), field=field) from None
    return text


def _write_entity(actor: User, entity: LegalEntity, *, fields: list[str] | None) -> LegalEntity:
    try:
        entity.clean_fields()
        with transaction.atomic(), attribute_changes_to(actor):
            if fields is None:
                entity.save(force_insert=True)
            else:
                entity.save(update_fields={*fields, "uscc"})
            require_over(actor, Right.MANAGE_DIRECTORY, entity, field="region")
    except ValidationError as error:
        field, texts = next(iter(error.message_dict.items()))
        raise Refused("value-invalid", force_str(texts[0]), field=field) from None
    except IntegrityError:
        raise entity_exists_refusal() from None
    return entity


def require_over(
    actor: User, right: Right, entity: LegalEntity, *, field: str | None = None
) -> None:
    """Raise Refused unless ``actor`` sees ``entity`` (404) and has ``right`` over its region (403).

    With a ``field``, which said the region, both are 403 and name it.
    """
    seen = LegalEntity.objects.visible_to(actor).filter(pk=entity.pk)
    regions = list(seen.values_list("region_id", flat=True))
    if field and not (regions and may_over(actor, right, regions[0])):
        text = _("The region is outside your jurisdiction.")
        raise Refused("region-not-yours", text, field=field, status=403)
    if not regions:
        raise not_found(_("There is no such entity in your jurisdiction."))
    require_right_over(actor, right, regions[0])
