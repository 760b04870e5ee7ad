"""A person stands where the employer does; the database sees to it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from backend.directory.models import LegalEntity, Person
from tests.world import World


def region_of(person: Person) -> str | None:
    return Person.objects.values_list("region_id", flat=True).get(pk=person.pk)


def test_a_person_stands_where_the_employer_does(world: World) -> None:
    person = Person.objects.create(name="李四", employer=world.mall)
    assert region_of(person) == "370102"
    Person.objects.filter(pk=person.pk).update(employer=world.plant)
    assert region_of(person) == "370103"
    Person.objects.filter(pk=person.pk).update(employer=None)
    assert region_of(person) is None


def test_a_person_goes_where_the_employer_goes(world: World) -> None:
    person = Person.objects.create(name="李四", employer=world.mall)
    other = Person.objects.create(name="王五", employer=world.maintainer)
    LegalEntity.objects.filter(pk=world.mall.pk).update(region="370103")
    assert (region_of(person), region_of(other)) == ("370103", "370102")
    history: Any = person
    assert history.events.count() == 1, "nothing was changed of the person"


def test_nobody_writes_another_region(world: World) -> None:
    person = Person.objects.create(name="李四", employer=world.mall, region_id="370103")
    assert region_of(person) == "370102"
    Person.objects.filter(pk=person.pk).update(region="370103")
    assert region_of(person) == "370102"


@pytest.mark.django_db(transaction=True)
def test_somebody_entered_while_the_employer_moves_moves_too(committed_world: World) -> None:
    mall, entered = committed_world.mall, threading.Event()

    def move() -> None:
        entered.wait(10)
        LegalEntity.objects.filter(pk=mall.pk).update(region="370103")
        connection.close()

    mover = threading.Thread(target=move)
    mover.start()
    with transaction.atomic():
        person = Person.objects.create(name="李四", employer=mall)
        entered.set()
        mover.join(1)  # it waits for this transaction
    mover.join()
    assert region_of(person) == "370103"
