"""An ask is handed over; people are added before and after (加签)."""

from __future__ import annotations

import pytest

from backend.flows.moves import Chosen
from backend.lib.problems import Refused
from tests.flow_engine.flows import CLERK, Run, decision, flow_of, node


def sign(mode: str = "all", *, add_signers: bool = True) -> Run:
    """A matter that waits for the signatures of 11 and 12."""
    ask = {"chosen": True, "mode": mode, "carried": "agree", "failed": "refuse"}
    flow = flow_of(
        nodes={
            "work": node(
                CLERK, send=decision("sign", demands={"persons": [2, 2]}), finish=decision("end")
            ),
            "sign": node(
                {**ask, "add_signers": add_signers},
                agree=decision("end"),
                refuse=decision("work", back=True),
            ),
        }
    )
    run = Run(flow)
    run.decide("send", chosen=Chosen(persons=(11, 12)))
    return run


def test_another_answers_what_was_handed_over() -> None:
    run = sign()
    run.hand_over(11, to=21)
    assert sorted(run.asked()) == [12, 21]
    run.decide("agree", 21)
    assert run.decide("agree", 12).outcome == "done"


def test_whoever_handed_it_over_is_not_asked_any_more() -> None:
    run = sign()
    key = run.key(11)
    run.hand_over(11, to=21)
    with pytest.raises(Refused, match="not-asked"):
        run.decide("agree", 11, ask=key)


def test_those_who_wait_wait_for_whom_it_was_handed_to() -> None:
    run = sign("sequence")
    run.hand_over(11, to=21)
    run.decide("agree", 21)
    assert run.asked() == [12]


def test_what_a_role_is_asked_is_handed_to_one_person() -> None:
    run = Run(flow_of(nodes={"work": node(CLERK, finish=decision("end"))}))
    assert run.asked() == [None]
    run.hand_over(7, to=8)
    assert run.asked() == [8]


def test_nobody_is_asked_twice() -> None:
    run = sign()
    with pytest.raises(Refused) as refusal:
        run.hand_over(11, to=12)
    assert (refusal.value.code, refusal.value.field) == ("asked-already", "person")


def test_who_is_added_before_is_asked_first_and_then_again_who_added_him() -> None:
    run = sign()
    run.add_signer(11, 21, before=True)
    assert sorted(run.asked()) == [12, 21]
    run.decide("agree", 12)
    assert run.decide("agree", 21).effects == ()
    assert run.asked() == [11]
    assert run.decide("agree", 11).outcome == "done"


def test_who_is_added_after_is_asked_when_the_other_has_agreed() -> None:
    run = sign()
    run.add_signer(11, 21, before=False)
    assert run.asked() == [11, 12]
    run.decide("agree", 11)
    assert sorted(run.asked()) == [12, 21]
    run.decide("agree", 12)
    assert run.decide("agree", 21).outcome == "done"


def test_in_a_sequence_the_added_stands_between() -> None:
    run = sign("sequence")
    run.add_signer(11, 21, before=False)
    run.add_signer(11, 22, before=True)
    for person in (22, 11, 21, 12):
        assert run.asked() == [person]
        run.decide("agree", person)
    assert run.last.outcome == "done"


def test_the_refusal_of_the_added_counts() -> None:
    run = sign()
    run.add_signer(11, 21, before=True)
    assert run.decide("refuse", 21).node == "work"


def test_a_single_one_has_another_sign_after_him() -> None:
    ask = {**CLERK, "carried": "agree", "add_signers": True}
    run = Run(flow_of(nodes={"work": node(ask, agree=decision("end"), drop=decision("end"))}))
    run.add_signer(7, 21, before=False)
    assert run.decide("agree", 7).effects == ()
    assert run.asked() == [21]
    assert run.decide("agree", 21).outcome == "done"


def test_nobody_is_added_where_the_flow_does_not_say_so() -> None:
    run = sign(add_signers=False)
    with pytest.raises(Refused) as refusal:
        run.add_signer(11, 21, before=True)
    assert (refusal.value.code, refusal.value.status) == ("no-signers-here", 409)


def test_only_who_is_asked_adds() -> None:
    run = sign()
    with pytest.raises(Refused, match="not-asked"):
        run.add_signer(99, 21, before=True)
