"""What a reader sees of a natural person: never the whole number, name or address."""

from __future__ import annotations

from backend.directory.models import LegalEntity, Person
from backend.lib.identifiers.masking import mask_name, mask_phone, mask_resident_id

Facts = dict[str, str | None]


def entity_facts(entity: LegalEntity) -> Facts:
    """The facts of an entity that are personal when it is a natural person, unmasked."""
    return {
        "name": entity.name,
        "uscc": entity.uscc,
        "address": entity.address,
        "phone": entity.phone,
    }


def entity_facts_for_anybody(entity: LegalEntity) -> Facts:
    """The personal facts of an entity as anybody may read them: masked when it is a natural person."""
    facts = entity_facts(entity)
    if not entity.natural_person:
        return facts
    return {
        "name": mask_name(entity.name),
        "uscc": mask_resident_id(entity.uscc) if entity.uscc else entity.uscc,
        "address": "*" * 6 if entity.address else "",
        "phone": mask_phone(entity.phone) if entity.phone else "",
    }


def person_facts(person: Person) -> Facts:
    """The personal facts of a person, unmasked."""
    return {"name": person.name, "resident_id": person.resident_id, "phone": person.phone}


def masked_person_facts(person: Person) -> Facts:
    """The personal facts of a person as anybody may read them: masked."""
    number = person.resident_id
    return {
        "name": mask_name(person.name),
        "resident_id": mask_resident_id(number) if number else number,
        "phone": mask_phone(person.phone) if person.phone else "",
    }
