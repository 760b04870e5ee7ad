"""A case is opened once, by people's facts or by the register itself, and ends with a verdict."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.cases.actions import close_case, close_cases_about, open_case
from backend.cases.models import Case
from backend.lib import clock
from backend.lib.problems import Refused
from tests.world import make_user

UNFIT = Case.Kind.RECORD_UNFIT


def unfit(region, subject="record/7", **more):
    return open_case(
        kind=UNFIT, subject=subject, region_id=region, **({"facts": {"rule": "a"}} | more)
    )


def listed(user, query=""):
    client = APIClient()
    client.force_authenticate(user)
    return client.get(f"/api/v1/cases?{query}").json()["results"]


def test_opening_twice_is_one_case_with_the_newest_facts(world):
    first = unfit("370102", unit=7, record=8)
    again = unfit("370103", unit=9, record=10, user=world.lin, facts={"rule": "b"})
    assert again.pk == first.pk
    case = Case.objects.get()
    assert (case.facts, case.opened_at) == ({"rule": "b"}, first.opened_at)
    assert (case.region_id, case.unit, case.record, case.user) == ("370102", 7, 8, None)


def test_what_was_not_known_of_a_case_is_noted_once_it_is(world):
    unfit(None)
    unfit("370102", unit=7, record=8)
    unfit(None)
    case = Case.objects.get()
    assert (case.region_id, case.unit, case.record) == ("370102", 7, 8)


def test_another_subject_or_kind_is_another_case_and_so_is_one_after_the_close(world):
    first = unfit("370102")
    unfit("370102", subject="record/8")
    open_case(kind=Case.Kind.REPORT_DOUBTFUL, subject="record/7", region_id="370102", facts={})
    close_case(actor=world.ou, case=first.pk, verdict="查实")
    unfit("370102")
    assert Case.objects.count() == 4
    first.refresh_from_db()
    assert (first.verdict, first.closed_by) == ("查实", world.ou)


def test_of_two_threads_that_open_a_case_at_once_both_have_the_one(committed_world):
    with transaction.atomic():
        first = unfit("370102")
        other, got = in_a_thread(lambda: unfit("370102", facts={"rule": "b"}))
        wait_until_blocked()
    other.join()
    assert [case.pk for case in got] == [first.pk]
    assert Case.objects.get().facts == {"rule": "b"}


def test_facts_that_come_while_a_case_is_being_closed_open_another(committed_world):
    first = unfit("370102")
    with transaction.atomic():
        close_case(actor=committed_world.ou, case=first.pk, verdict="查实")
        other, got = in_a_thread(lambda: unfit("370102", facts={"rule": "b"}))
        wait_until_blocked()
    other.join()
    assert [case.pk == first.pk for case in got] == [False]
    assert list(Case.objects.order_by("pk").values_list("facts", "closed_by")) == [
        ({"rule": "a"}, committed_world.ou.pk),
        ({"rule": "b"}, None),
    ]


def test_a_case_about_a_unit_is_seen_only_in_the_jurisdiction_of_its_region(world):
    case = unfit(world.lift.region_id, unit=world.lift.pk, record=5)
    sun = make_user("sun", Role.SUPERVISOR, world.shizhong)
    assert [len(listed(user)) for user in (world.ou, world.zhao, sun, world.lin)] == [1, 1, 0, 0]
    [shown] = listed(world.ou)
    assert (shown["unit"], shown["record"], shown["user"]) == (world.lift.pk, 5, None)
    assert (shown["items"], shown["items_total"]) == ([], 0)
    with pytest.raises(Refused) as refused:
        close_case(actor=sun, case=case.pk, verdict="查实")
    assert refused.value.status == 404


def test_cases_can_be_asked_for_by_unit_and_kind(world):
    unfit("370102", unit=world.lift.pk)
    unfit("370102", subject="record/9", unit=world.boiler.pk)
    twice = {"kind": Case.Kind.NUMBER_TWICE, "subject": "鲁A1", "unit": world.lift.pk}
    open_case(**twice, region_id="370102", facts={})
    asked = [f"unit={world.lift.pk}", f"unit={world.lift.pk}&kind=number-twice", "unit=999999999"]
    assert [[one["kind"] for one in listed(world.ou, query)] for query in asked] == [
        ["number-twice", "record-unfit"],
        ["number-twice"],
        [],
    ]


def test_the_register_closes_what_has_settled_itself_with_a_verdict_and_nothing_else(world):
    for subject in ("record/7", "record/8"):
        unfit("370102", subject=subject)
    open_case(kind=Case.Kind.REPORT_DOUBTFUL, subject="record/7", region_id="370102", facts={})
    settle = {"kind": UNFIT, "subjects": ["record/7", "record/9"]}
    with pytest.raises(Refused) as refused:
        close_cases_about(**settle, verdict=" ")
    assert refused.value.code == "verdict-missing"
    assert close_cases_about(**settle, verdict="相符") == 1
    assert close_cases_about(**settle, verdict="再次") == 0
    closed = Case.objects.get(closed_at__isnull=False)
    assert (closed.subject, closed.verdict, closed.closed_by) == ("record/7", "相符", None)


def test_the_database_keeps_no_close_without_a_verdict_and_no_closer_without_a_close(world):
    case = unfit("370102")
    for wrong in ({"closed_at": clock.now()}, {"closed_by": world.ou}):
        with pytest.raises(IntegrityError, match="closed_case_has_a_verdict"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**wrong)


def in_a_thread(work):
    """A started thread, and the list that will hold what ``work`` returns."""
    got = []

    def run():
        try:
            got.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


def wait_until_blocked():
    """Return once another connection waits for a lock that this one holds."""
    for _turn in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
