"""Two clerks decide at once; the applicant withdraws while the clerk decides; two send the same."""

from __future__ import annotations

import pytest

from backend.accounts.models import Role
from backend.approvals.applicant_steps import withdraw_application
from backend.approvals.models import Application
from backend.approvals.petitions import file_application
from backend.matters.decisions import decide
from backend.matters.models import Matter, Step
from backend.papers.models import Paper
from tests.approvals.cast import Hall, seat_hall
from tests.matters.test_race import at_once
from tests.world import World, make_user


@pytest.fixture
def hall(committed_world: World) -> Hall:
    """The hall in committed rows."""
    return seat_hall(committed_world)


def test_of_two_clerks_who_decide_at_once_one_wins_and_one_paper_is_issued(hall: Hall) -> None:
    mate = make_user("hall-mate", Role.CLERK, hall.world.lixia)
    application = hall.apply()

    def accept(who):
        return lambda: decide(actor=who, matter=application.pk, version=1, decision="accept")

    assert at_once(accept(hall.clerk), accept(mate)) == ["done", "precondition-failed"]
    assert Step.objects.filter(matter=application.pk, action="accept").count() == 1
    assert Paper.objects.count() == 1


def test_withdrawn_while_the_clerk_decides_one_of_them_is_told(hall: Hall) -> None:
    application = hall.apply()
    told = at_once(
        lambda: decide(actor=hall.clerk, matter=application.pk, version=1, decision="accept"),
        lambda: withdraw_application(actor=hall.world.qian, application=application.pk, version=1),
    )
    assert told == ["done", "precondition-failed"]
    matter = Matter.objects.get(pk=application.pk)
    assert matter.version == 2
    assert (matter.outcome == "withdrawn") != Paper.objects.exists()


def test_two_that_are_sent_at_once_are_one(hall: Hall) -> None:
    petition = hall.petition()

    def send():
        return lambda: file_application(actor=hall.world.qian, petition=petition)

    assert at_once(send(), send(), send()) == ["done"] * 3
    assert Application.objects.count() == 1
    other = hall.petition("construction-notice")
    assert other.key != petition.key
