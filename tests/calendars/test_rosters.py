"""The duty roster: by turns, without gap and double, swapped by both, and who is on duty tonight."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.absences.actions import enter_absence
from backend.accounts.models import Role
from backend.calendars.models import Duty, Roster
from backend.calendars.on_duty import authorities_of_line, duty_of_offices, duty_of_own_offices
from backend.calendars.roster_checks import list_absences_during_duty, list_roster_faults
from backend.calendars.rosters import begin_roster, publish_roster, set_duties
from backend.calendars.shifts import end_shift, open_shift
from backend.calendars.swaps import agree_to_swap, ask_for_swap, refuse_swap
from backend.calendars.turns import fill_roster
from backend.lib import clock
from backend.lib.months import month_end
from backend.lib.problems import Refused
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post, Substitution
from tests.calendars.scenes import Bureau, next_month
from tests.world import make_user


def refusal(act, **facts) -> str:
    with pytest.raises(Refused) as refused:
        act(**facts)
    return refused.value.code


def let_stand_in(bureau: Bureau, first: dt.date, last: dt.date) -> None:
    """The handler is away these days; the clerk does his work."""
    Substitution.objects.create(
        post=Post.objects.get(user=bureau.handler), substitute=bureau.clerk, starts_on=first,
        ends_on=last, reason="年休假", made_by=bureau.handler, made_at=clock.now(),
    )  # fmt: skip


def test_people_take_turns_and_whoever_is_away_is_passed_over(bureau: Bureau):
    first = next_month()
    let_stand_in(bureau, first, first + dt.timedelta(days=2))
    roster = bureau.draft()
    people = roster.duties.filter(leads=False).order_by("day").values_list("person", flat=True)
    handler, mate = bureau.handler.pk, bureau.mate.pk
    # He who was passed over comes first when he is back.
    assert list(people)[:6] == [mate, mate, mate, handler, mate, handler]
    assert len(people) == month_end(first).day
    assert list_roster_faults(roster) == []
    assert list_absences_during_duty(roster) == []
    let_stand_in(bureau, first + dt.timedelta(days=3), first + dt.timedelta(days=3))
    assert [(one.day, one.name) for one in list_absences_during_duty(roster)] == [
        (first + dt.timedelta(days=3), str(bureau.handler))
    ]


def test_whoever_is_absent_without_a_substitute_is_away_too(bureau: Bureau):
    roster = bureau.draft()
    third = bureau.duty(roster, bureau.handler, 1).day
    enter_absence(
        actor=bureau.handler, person=bureau.handler.pk, starts_on=third, ends_on=third,
        reason="sick-leave", substitutes={},
    )  # fmt: skip
    assert [(one.day, one.person) for one in list_absences_during_duty(roster)] == [
        (third, bureau.handler.pk)
    ]
    roster = bureau.draft()
    assert bureau.duty(roster, bureau.mate, 1).day == third
    assert list_absences_during_duty(roster) == []


def test_a_gap_is_told_before_it_is_published_and_a_double_of_two_offices_too(bureau: Bureau):
    first = next_month()
    let_stand_in(bureau, first, first)
    roster = bureau.draft(people=[bureau.handler.pk])
    assert [fault.code for fault in list_roster_faults(roster)] == ["gap"]
    with pytest.raises(Refused) as refused:
        publish_roster(actor=bureau.clerk, roster=roster.pk)
    assert refused.value.code == "roster-faulty"
    assert first.isoformat() in str(refused.value.detail)
    shift = roster.shifts.get()
    set_duties(
        actor=bureau.clerk, roster=roster.pk, day=first, shift=shift.pk,
        leaders=[bureau.leader.pk], people=[bureau.mate.pk],
    )  # fmt: skip
    publish_roster(actor=bureau.clerk, roster=roster.pk)
    Post.objects.create(
        user=bureau.mate, office=bureau.city, role=Role.HANDLER, starts_on=clock.today()
    )
    open_shift(
        actor=bureau.city_clerk, office=bureau.city.pk, name="夜班", begins=dt.time(17), hours=15,
        people=1,
    )  # fmt: skip
    other, _new = begin_roster(actor=bureau.city_clerk, office=bureau.city.pk, month=first)
    fill_roster(
        actor=bureau.city_clerk, roster=other.pk, leaders=[bureau.city_clerk.pk],
        people=[bureau.mate.pk],
    )  # fmt: skip
    assert {(fault.code, fault.day) for fault in list_roster_faults(other)} == {("double", first)}


def test_nobody_stands_twice_at_one_time_in_a_roster(bureau: Bureau):
    open_shift(
        actor=bureau.clerk, office=bureau.lixia.pk, name="夜班", begins=dt.time(17), hours=15,
        people=1,
    )  # fmt: skip
    roster = bureau.draft()
    day, night = roster.shifts.order_by("begins")
    named = {"leaders": [], "people": [bureau.mate.pk]}
    facts = {"actor": bureau.clerk, "roster": roster.pk, "day": next_month()} | named
    assert refusal(set_duties, shift=day.pk, **facts) == "on-duty-then"
    twice = facts | {"leaders": [bureau.mate.pk]}
    assert refusal(set_duties, shift=night.pk, **twice) == "named-twice"
    gone = facts | {"people": [bureau.world.qian.pk]}
    assert refusal(set_duties, shift=night.pk, **gone) == "person-unknown"
    late = facts | {"day": next_month(2)}
    assert refusal(set_duties, shift=night.pk, **late) == "day-invalid"


def test_a_swap_is_done_when_both_agree(bureau: Bureau):
    roster = bureau.roster()
    mine, other = bureau.duty(roster, bureau.handler), bureau.duty(roster, bureau.mate)
    asked = {"actor": bureau.handler, "duty": mine.pk, "other": other.pk}
    leads = roster.duties.filter(leads=True).first()
    assert refusal(ask_for_swap, **asked | {"other": leads.pk}) == "swap-unfit"
    assert refusal(ask_for_swap, **asked | {"duty": other.pk}) == "not-found"
    swap = ask_for_swap(**asked)
    assert refusal(ask_for_swap, **asked) == "swap-asked"
    assert refusal(agree_to_swap, actor=bureau.handler, swap=swap.pk) == "not-found"
    assert refusal(agree_to_swap, actor=bureau.stranger, swap=swap.pk) == "not-found"
    mine.refresh_from_db()
    assert mine.ended_at is None
    agree_to_swap(actor=bureau.mate, swap=swap.pk)
    assert agree_to_swap(actor=bureau.mate, swap=swap.pk).state == "agreed"
    standing = Duty.objects.standing().filter(leads=False)
    assert standing.get(day=mine.day).person == bureau.mate
    assert standing.get(day=other.day).person == bureau.handler
    assert refusal(refuse_swap, actor=bureau.mate, swap=swap.pk) == "swap-answered"
    kinds = Notification.objects.filter(recipient=bureau.mate).values_list("kind", flat=True)
    assert set(kinds) == {Kind.DUTY, Kind.DUTY_SWAP, Kind.DUTY_OFF}
    again = ask_for_swap(
        actor=bureau.handler, duty=bureau.duty(roster, bureau.handler).pk,
        other=bureau.duty(roster, bureau.mate).pk,
    )  # fmt: skip
    assert refuse_swap(actor=bureau.mate, swap=again.pk).state == "refused"


def test_a_published_roster_changes_openly_and_a_draft_is_its_keepers_alone(bureau: Bureau):
    roster = bureau.draft()
    assert not Roster.objects.visible_to(bureau.handler).exists()
    publish_roster(actor=bureau.clerk, roster=roster.pk)
    assert Roster.objects.visible_to(bureau.handler).get() == roster
    assert Roster.objects.visible_to(bureau.city_clerk).get() == roster
    assert not Roster.objects.visible_to(bureau.stranger).exists()
    filled = {"actor": bureau.clerk, "roster": roster.pk, "leaders": [1], "people": [1]}
    assert refusal(fill_roster, **filled) == "roster-published"
    duty = bureau.duty(roster, bureau.handler)
    set_duties(
        actor=bureau.clerk, roster=roster.pk, day=duty.day, shift=duty.shift_id,
        leaders=[bureau.leader.pk], people=[bureau.clerk.pk],
    )  # fmt: skip
    duty.refresh_from_db()
    assert duty.ended_at is not None
    last = Notification.objects.filter(recipient=bureau.handler).latest("pk")
    assert (last.kind, last.day) == (Kind.DUTY_OFF, duty.day)
    end_shift(actor=bureau.clerk, shift=duty.shift_id)
    month = {"actor": bureau.clerk, "office": bureau.lixia.pk, "month": next_month(2)}
    assert refusal(begin_roster, **month) == "shifts-missing"


def test_the_duty_of_a_day_is_told_for_all_below_with_its_phone(bureau: Bureau):
    day = bureau.duty(bureau.roster(), bureau.mate).day
    clerk = make_user("province-clerk", Role.CLERK, bureau.world.province)
    shown = {one.office: one for one in duty_of_offices(clerk, authorities_of_line(clerk), day)}
    assert shown[bureau.lixia].phone == "0531-12345678"
    assert {duty.person for duty in shown[bureau.lixia].duties} == {bureau.leader, bureau.mate}
    assert shown[bureau.shizhong].duties == []
    own = duty_of_own_offices(bureau.handler, day)
    assert [one.office for one in own] == [bureau.lixia]


def test_nobody_of_another_authority_is_put_on_duty(bureau: Bureau):
    roster, stranger = bureau.draft(), make_user("outsider", Role.HANDLER, bureau.world.shizhong)
    asked = {"actor": bureau.clerk, "roster": roster.pk, "leaders": [bureau.leader.pk]}
    assert refusal(fill_roster, **asked, people=[stranger.pk]) == "person-unknown"
    assert refusal(fill_roster, **asked, people=[bureau.leader.pk, 987654321]) == "person-unknown"
