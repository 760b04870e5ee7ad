"""Which office gets a matter: down the line, back, to the sender, to the superior; never a barred one."""

from __future__ import annotations

import pytest

from backend.flows.definition import Flow
from backend.flows.documents import read_flow
from backend.flows.files import DATA, read_file
from backend.flows.moves import Actor, Chosen
from backend.flows.places import read_place
from backend.lib.problems import Refused
from tests.flow_engine.flows import (
    CITY,
    CLERK,
    COUNTY,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    SECTION,
    Run,
    decision,
    flow_of,
    node,
)

_MORE = {"fact": "dispatches", "least": 1}


def dispatching(**members: object) -> Flow:
    """Offices dispatch a matter downwards, object, return it, answer upwards."""
    below = {"office": "below"}
    return flow_of(
        nodes={
            "work": node(
                CLERK,
                dispatch=decision("receive", demands=below, revocable=True),
                ask_above=decision("advise"),
                answer=decision("end"),
            ),
            "receive": node(
                {**CLERK, "where": "chosen"},
                dispatch=decision("receive", demands=below),
                give_back=decision("work", back=True),
                object=decision("settle", demands={"office": "elsewhere"}),
                feed_back=decision("review"),
            ),
            "settle": node(
                {"role": "leader", "where": "common"},
                settle=decision("receive", demands=below),
                keep=decision("work"),
            ),
            "review": node(
                {"role": "leader", "where": "sender"},
                approve=decision([{"when": _MORE, "to": "review"}, {"to": "call-back"}]),
                reject=decision("receive", back=True),
            ),
            "call-back": node({**CLERK, "where": "first"}, finish=decision("end")),
            "advise": node({"role": "leader", "where": "superior"}, advise=decision("end")),
        },
        **members,
    )


def dispatched(*offices: int, office: int = PROVINCE) -> Run:
    """A matter that was dispatched from office to office."""
    run = Run(dispatching(), office)
    for person, to in enumerate(offices, 7):
        run.decide("dispatch", person, Chosen(office=to))
    return run


def test_the_chosen_office_has_it() -> None:
    run = dispatched(CITY, COUNTY)
    assert run.last.office == COUNTY
    assert [asked.office for asked in run.last.opens] == [COUNTY]


@pytest.mark.parametrize("office", [None, PROVINCE, OTHER_CITY, CITY])
def test_only_an_office_below_is_dispatched_to(office: int | None) -> None:
    with pytest.raises(Refused) as refusal:
        dispatched(office, office=CITY)
    assert (refusal.value.code, refusal.value.field) == ("office-wrong", "office")


def test_what_is_returned_comes_to_the_office_and_the_person_who_sent_it() -> None:
    run = dispatched(CITY)
    run.decide("give-back", 9)
    assert (run.last.node, run.last.office, run.asked()) == ("work", PROVINCE, [7])


def test_what_was_fed_back_is_reviewed_by_each_office_up_to_the_first() -> None:
    run = dispatched(CITY, COUNTY)
    assert run.decide("feed-back", 9).office == CITY
    assert run.decide("approve", 20).office == PROVINCE
    assert run.last.node == "review"
    run.decide("approve", 21)
    assert (run.last.node, run.last.office) == ("call-back", PROVINCE)


def test_a_rejected_answer_goes_back_to_whom_it_came_from() -> None:
    run = dispatched(CITY, COUNTY)
    run.decide("feed-back", 9)
    run.decide("reject", 20)
    assert (run.last.node, run.last.office, run.asked()) == ("receive", COUNTY, [9])
    assert run.decide("feed-back", 9).office == CITY


def test_an_objection_is_settled_by_the_common_superior() -> None:
    run = dispatched(CITY, COUNTY)
    run.decide("object", 9, Chosen(office=OTHER_COUNTY))
    assert (run.last.office, run.last.opens[0].role) == (CITY, "leader")
    run.decide("settle", 20, Chosen(office=OTHER_COUNTY))
    assert run.decide("feed-back", 9).office == CITY


def test_the_common_superior_of_two_cities_is_the_province() -> None:
    run = dispatched(COUNTY, office=CITY)
    run.decide("object", 9, Chosen(office=OTHER_CITY))
    assert run.last.office == PROVINCE


def test_nobody_settles_where_there_is_no_common_superior() -> None:
    run = dispatched(CITY)
    with pytest.raises(Refused, match="no-such-office"):
        run.decide("object", 9, Chosen(office=PROVINCE))


def test_the_superior_is_asked() -> None:
    run = Run(dispatching(), COUNTY)
    assert run.decide("ask-above").office == CITY


def test_the_top_has_no_superior() -> None:
    with pytest.raises(Refused, match="no-such-office"):
        Run(dispatching(), PROVINCE).decide("ask-above")


def test_an_office_that_had_it_is_not_twice_on_the_way() -> None:
    run = dispatched(CITY, COUNTY)
    for _ in range(3):
        run.decide("object", 9, Chosen(office=OTHER_COUNTY))
        run.decide("settle", 20, Chosen(office=OTHER_COUNTY))
        run.decide("object", 9, Chosen(office=COUNTY))
        run.decide("settle", 20, Chosen(office=COUNTY))
    assert run.place["offices"] == [PROVINCE, CITY, COUNTY]
    assert len(run.place["trail"]) <= 8


def test_whoever_objected_does_not_review_what_another_did() -> None:
    run = dispatched(COUNTY)
    run.decide("object", 9, Chosen(office=OTHER_COUNTY))
    run.decide("settle", 20, Chosen(office=OTHER_COUNTY))
    assert run.decide("feed-back", 9).office == CITY
    assert run.decide("approve", 20).office == PROVINCE


def test_what_is_sent_up_to_an_office_that_dispatched_it_is_as_it_was_there() -> None:
    up = decision("receive", demands={"office": "above"})
    nodes = {
        "work": node(CLERK, go=decision("receive", demands={"office": "below"}), x=decision("end")),
        "receive": node({**CLERK, "where": "chosen"}, up=up, x=decision("end")),
    }
    run = Run(flow_of(nodes=nodes), PROVINCE)
    run.decide("go", chosen=Chosen(office=COUNTY))
    run.decide("up", chosen=Chosen(office=PROVINCE))
    assert run.place["offices"] == [PROVINCE]


def test_what_was_sent_is_taken_back_while_nobody_has_acted() -> None:
    run = dispatched(CITY)
    run.take_back(7)
    assert (run.last.node, run.last.office, run.asked()) == ("work", PROVINCE, [None])
    run.decide("dispatch", 7, Chosen(office=OTHER_CITY))
    assert run.last.office == OTHER_CITY


def test_it_is_not_taken_back_by_another() -> None:
    run = dispatched(CITY)
    with pytest.raises(Refused) as refusal:
        run.take_back(8)
    assert (refusal.value.code, refusal.value.status) == ("nothing-to-take-back", 409)


def test_it_is_not_taken_back_when_somebody_has_acted() -> None:
    run = dispatched(CITY)
    run.hand_over(9, to=10)
    with pytest.raises(Refused, match="nothing-to-take-back"):
        run.take_back(7)


def test_what_is_not_revocable_stays() -> None:
    run = dispatched(CITY, COUNTY)
    with pytest.raises(Refused, match="nothing-to-take-back"):
        run.take_back(8)


def barred_from(office: int, start: int = PROVINCE) -> Run:
    """A matter about an office (domain 15, rule 23)."""
    flow = dispatching(barred="about", facts={"about": []})
    return Run(flow, start, about=office)


@pytest.mark.parametrize("office", [CITY, COUNTY, SECTION])
def test_rule_23_it_never_reaches_the_office_it_is_about_or_one_below(office: int) -> None:
    with pytest.raises(Refused) as refusal:
        barred_from(CITY).decide("dispatch", chosen=Chosen(office=office))
    assert (refusal.value.code, refusal.value.field) == ("office-barred", "office")


def test_rule_23_it_reaches_another() -> None:
    assert barred_from(CITY).decide("dispatch", chosen=Chosen(office=OTHER_CITY)).office == 3


def test_rule_23_it_does_not_begin_there() -> None:
    with pytest.raises(Refused, match="office-barred"):
        barred_from(CITY, start=SECTION)


def test_rule_23_it_does_not_come_there_for_settling() -> None:
    run = barred_from(CITY)
    run.decide("dispatch", chosen=Chosen(office=OTHER_CITY))
    run.facts["about"] = PROVINCE
    with pytest.raises(Refused, match="office-barred"):
        run.decide("object", chosen=Chosen(office=CITY))


def conduct(office: int = CITY) -> Run:
    """A conduct matter that turned out, after it was registered, to be about the office itself."""
    run = Run(read_flow(read_file(DATA / "hotline-conduct.toml")), office, named=True)
    run.decide("register")
    run.facts["complained_office"] = office
    return run


def test_rule_23_an_office_does_not_end_what_is_said_about_itself() -> None:
    run = conduct()
    assert "refuse" not in [one.name for one in run.offered()]
    with pytest.raises(Refused, match="office-barred"):
        run.decide("accept")


def test_rule_23_it_is_handed_up_and_does_not_come_back_for_review_or_call_back() -> None:
    run = conduct()
    run.decide("hand-up")
    run.decide("accept", 8)
    run.decide("instruct", 9, Chosen(remark="Look into it."))
    run.decide("handle", 8)
    run.decide("feed-back", 11, Chosen(remark="It is so."))
    assert (run.last.node, run.last.office) == ("review", PROVINCE)
    run.decide("approve", 9)
    assert (run.last.node, run.last.office) == ("call-back", PROVINCE)


def test_an_heir_goes_on_with_what_an_office_had_that_has_ended() -> None:
    run = dispatched(CITY, COUNTY)
    place = read_place(run.place)
    place.replace_office(CITY, OTHER_CITY)
    run.place = place.to_json()
    assert run.decide("feed-back", 9).office == OTHER_CITY
    run.decide("reject", 20)
    assert run.last.office == COUNTY


def test_the_call_back_is_the_heir_s_as_well() -> None:
    run = Run(dispatching(), CITY)
    run.decide("dispatch", chosen=Chosen(office=COUNTY))
    place = read_place(run.place)
    place.replace_office(CITY, OTHER_CITY)
    run.place = place.to_json()
    with pytest.raises(Refused, match="nothing-to-take-back"):
        run.take_back(7)
    run.decide("feed-back", 9)
    assert run.decide("approve", 20).office == OTHER_CITY


def urging() -> Run:
    """A matter at a county that the province dispatched; offices above may urge."""
    urge = {
        "roles": ["leader"],
        "at": ["receive"],
        "decision": decision(demands={"remark": True}),
    }
    recall = {"roles": ["leader"], "at": ["receive"], "decision": decision("work", back=True)}
    flow = dispatching(interventions={"urge": urge, "recall": recall})
    run = Run(flow, PROVINCE)
    run.decide("dispatch", chosen=Chosen(office=COUNTY))
    return run


@pytest.mark.parametrize("office", [PROVINCE, CITY])
def test_offices_above_urge_whoever_has_it(office: int) -> None:
    run = urging()
    leader = Actor(person=30, role="leader", office=office)
    assert {"decision"} == {one.label.en for one in run.interventions(leader)}
    move = run.intervene("urge", leader, Chosen(remark="By Friday."))
    assert (move.effects, move.node, move.done, len(run.open)) == (("urge",), "receive", None, 1)


def test_an_intervention_may_fetch_it_away() -> None:
    run = urging()
    move = run.intervene("recall", Actor(person=30, role="leader", office=PROVINCE))
    assert (move.node, move.office, len(move.withdrawn)) == ("work", PROVINCE, 1)


@pytest.mark.parametrize(
    "actor",
    [
        Actor(person=30, role="clerk", office=CITY),
        Actor(person=30, role="leader", office=OTHER_CITY),
        Actor(person=30, role="leader", office=COUNTY),
        Actor(person=30, role="leader"),
    ],
)
def test_others_do_not(actor: Actor) -> None:
    run = urging()
    assert run.interventions(actor) == []
    with pytest.raises(Refused) as refusal:
        run.intervene("urge", actor, Chosen(remark="Now."))
    assert refusal.value.status == 403


def test_nobody_urges_elsewhere_in_the_flow() -> None:
    run = urging()
    run.decide("object", 9, Chosen(office=OTHER_COUNTY))
    leader = Actor(person=30, role="leader", office=PROVINCE)
    assert run.interventions(leader) == []
    with pytest.raises(Refused) as refusal:
        run.intervene("urge", leader, Chosen(remark="Now."))
    assert refusal.value.status == 403


def test_rule_23_nor_does_the_office_it_is_about_urge_those_who_look_into_it() -> None:
    aside = decision("receive", demands={"office": "elsewhere"})
    urge = {"roles": ["leader"], "at": ["receive"], "decision": decision()}
    nodes = {
        "work": node(CLERK, aside=aside, finish=decision("end")),
        "receive": node({**CLERK, "where": "chosen"}, finish=decision("end")),
    }
    flow = flow_of(nodes=nodes, barred="about", facts={"about": []}, interventions={"urge": urge})
    run = Run(flow, CITY)
    run.facts["about"] = CITY
    run.decide("aside", chosen=Chosen(office=OTHER_CITY))
    assert run.interventions(Actor(person=30, role="leader", office=CITY)) == []
    assert len(run.interventions(Actor(person=31, role="leader", office=PROVINCE))) == 1


def test_nor_without_what_it_demands() -> None:
    with pytest.raises(Refused, match="remark-missing"):
        urging().intervene("urge", Actor(person=30, role="leader", office=PROVINCE))


def naming(**ask: object) -> Flow:
    """A matter begins at the office that a fact names, and comes back to the first."""
    asked = {**CLERK, "where": "named", "office": "lead"}
    nodes = {
        "work": node(asked, finish=decision("check"), stop=decision("end")),
        "check": node({**CLERK, "where": "first"}, accept=decision("end")),
    }
    return flow_of(nodes=nodes, facts={"lead": []}, **ask)


def test_a_matter_begins_at_the_office_that_a_fact_names() -> None:
    run = Run(naming(), CITY, lead=SECTION)
    assert (run.last.office, run.place["offices"]) == (SECTION, [CITY, SECTION])
    assert run.decide("finish").office == CITY


def test_where_no_fact_names_one_it_goes_nowhere() -> None:
    with pytest.raises(Refused, match="no-such-office"):
        Run(naming(), CITY)


def test_an_office_may_name_itself() -> None:
    assert Run(naming(), CITY, lead=CITY).place["offices"] == [CITY]


def reaching(reach: str) -> Run:
    """A matter of the city at a section of its county; who steps in stands so."""
    recall = {"roles": ["leader"], "at": ["work"], "reach": reach, "decision": decision("end")}
    return Run(naming(interventions={"recall": recall}), CITY, lead=SECTION)


@pytest.mark.parametrize(
    ("reach", "offices"),
    [
        ("above", {PROVINCE, CITY, COUNTY}),
        ("line", {PROVINCE, CITY, COUNTY, SECTION}),
        ("first", {CITY}),
    ],
)
def test_who_steps_in_sits_where_the_intervention_reaches(reach: str, offices: set[int]) -> None:
    run = reaching(reach)
    may = {
        office
        for office in (PROVINCE, CITY, OTHER_CITY, COUNTY, SECTION, OTHER_COUNTY)
        if "recall"
        in {one.name for one in run.interventions(Actor(person=30, role="leader", office=office))}
    }
    assert may == offices


def test_urging_goes_without_saying_wherever_somebody_is_asked() -> None:
    run = Run(naming(), CITY, lead=SECTION)
    for office in (PROVINCE, CITY, SECTION):
        clerk = Actor(person=30, role="clerk", office=office)
        assert [one.name for one in run.interventions(clerk)] == ["urge"]
    with pytest.raises(Refused, match="remark-missing"):
        run.intervene("urge", Actor(person=30, role="clerk", office=CITY))
