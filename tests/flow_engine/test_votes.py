"""Several people who are known only at run time: any, all, a ratio, one after another."""

from __future__ import annotations

from typing import Any

import pytest

from backend.flows.moves import Chosen
from backend.lib.problems import Refused
from tests.flow_engine.flows import CLERK, Run, decision, flow_of, node


def countersign(persons: tuple[int, ...] = (11, 12, 13), **ask: Any) -> Run:
    """A matter that a clerk sent to several for their signatures."""
    counted = {} if ask["mode"] == "any" else {"carried": "agree", "failed": "refuse"}
    flow = flow_of(
        nodes={
            "work": node(
                CLERK, send=decision("sign", demands={"persons": [1, 10]}), finish=decision("end")
            ),
            "sign": node(
                {"chosen": True, **counted, **ask},
                agree=decision("end"),
                refuse=decision("work", back=True),
                note=decision(),
                give_up=decision("end"),
            ),
        }
    )
    run = Run(flow)
    run.decide("send", chosen=Chosen(persons=persons))
    return run


def test_all_must_agree() -> None:
    run = countersign(mode="all")
    assert run.asked() == [11, 12, 13]
    assert run.decide("agree", 12).effects == ()
    assert run.decide("agree", 11).effects == ()
    assert run.decide("agree", 13).effects == ("agree",)
    assert run.last.outcome == "done"


def test_one_refusal_of_all_sends_it_back_to_whoever_asked() -> None:
    run = countersign(mode="all")
    run.decide("agree", 12)
    move = run.decide("refuse", 11)
    assert move.effects == ("refuse",)
    assert move.node == "work"
    assert run.asked() == [7]


def test_a_ratio_suffices_and_the_others_need_not_answer() -> None:
    run = countersign((11, 12, 13, 14, 15), mode="ratio", ratio=[3, 5])
    run.decide("agree", 11)
    run.decide("refuse", 12)
    run.decide("agree", 13)
    move = run.decide("agree", 15)
    assert move.effects == ("agree",)
    assert len(move.withdrawn) == 1
    assert run.asked() == []


def test_a_ratio_that_cannot_be_reached_any_more_has_failed() -> None:
    run = countersign((11, 12, 13, 14, 15), mode="ratio", ratio=[3, 5])
    run.decide("agree", 11)
    run.decide("refuse", 12)
    assert run.decide("refuse", 13).effects == ()
    assert run.decide("refuse", 14).effects == ("refuse",)


@pytest.mark.parametrize(
    ("ratio", "persons", "needed"),
    [([2, 3], 3, 2), ([2, 3], 4, 3), ([3, 5], 10, 6), ([1, 2], 5, 3)],
)
def test_a_ratio_is_exact(ratio: list[int], persons: int, needed: int) -> None:
    run = countersign(tuple(range(11, 11 + persons)), mode="ratio", ratio=ratio)
    for person in range(11, 10 + needed):
        assert run.decide("agree", person).effects == ()
    assert run.decide("agree", 10 + needed).effects == ("agree",)


def test_in_a_sequence_each_is_asked_after_the_one_before() -> None:
    run = countersign(mode="sequence")
    assert run.asked() == [11]
    run.decide("agree", 11)
    assert run.asked() == [12]
    run.decide("agree", 12)
    assert run.decide("agree", 13).effects == ("agree",)


def test_nobody_answers_before_his_turn() -> None:
    run = countersign(mode="sequence")
    with pytest.raises(Refused) as refusal:
        run.decide("agree", 12, ask=3)
    assert (refusal.value.code, refusal.value.status) == ("not-asked", 409)


def test_a_refusal_ends_a_sequence() -> None:
    run = countersign(mode="sequence")
    run.decide("agree", 11)
    assert run.decide("refuse", 12).node == "work"


def test_whoever_comes_first_decides_for_any() -> None:
    run = countersign(mode="any")
    move = run.decide("agree", 13)
    assert move.effects == ("agree",)
    assert len(move.withdrawn) == 2


def test_what_is_not_counted_takes_effect_whoever_decides_it() -> None:
    run = countersign(mode="all")
    assert run.decide("give-up", 12).outcome == "done"


def test_what_leads_nowhere_leaves_all_asked() -> None:
    run = countersign(mode="all")
    move = run.decide("note", 12)
    assert (move.effects, move.done, run.asked()) == (("note",), None, [11, 12, 13])


def test_one_vote_each() -> None:
    run = countersign(mode="all")
    run.decide("agree", 12)
    with pytest.raises(Refused, match="not-asked"):
        run.decide("agree", 12, ask=3)


def test_nobody_answers_for_another() -> None:
    run = countersign(mode="all")
    with pytest.raises(Refused) as refusal:
        run.decide("agree", 99, ask=3)
    assert refusal.value.status == 403


def test_all_are_asked_anew_when_it_comes_again() -> None:
    run = countersign(mode="all")
    run.decide("agree", 12)
    run.decide("refuse", 11)
    run.decide("send", chosen=Chosen(persons=(11, 12)))
    assert run.asked() == [11, 12]
    run.decide("agree", 11)
    assert run.decide("agree", 12).outcome == "done"


def test_all_are_asked_anew_when_it_is_sent_back_to_them() -> None:
    vote = {"chosen": True, "mode": "all", "carried": "agree", "failed": "refuse"}
    flow = flow_of(
        nodes={
            "work": node(
                CLERK, send=decision("sign", demands={"persons": [2, 2]}), finish=decision("end")
            ),
            "sign": node(vote, agree=decision("review"), refuse=decision("work", back=True)),
            "review": node(CLERK, reject=decision("sign", back=True), finish=decision("end")),
        }
    )
    run = Run(flow)
    run.decide("send", chosen=Chosen(persons=(11, 12)))
    run.decide("agree", 12)
    run.decide("agree", 11)
    run.decide("reject")
    assert run.asked() == [11, 12]


@pytest.mark.parametrize("persons", [(), (11, 11), tuple(range(11, 30))])
def test_as_many_different_persons_as_demanded_are_chosen(persons: tuple[int, ...]) -> None:
    with pytest.raises(Refused) as refusal:
        countersign(persons, mode="all")
    assert (refusal.value.code, refusal.value.field) == ("persons-wrong", "persons")
