"""The picture of a flow: whole, in both languages, with the place where a matter stands."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from backend.flows.documents import read_flow
from backend.flows.drawing import draw_flow
from backend.flows.drawing.layout import lay_out
from backend.flows.drawing.ways import ways_between
from backend.flows.files import DATA, read_file
from backend.flows.moves import Chosen
from tests.flow_engine.flows import COUNTY, PROVINCE, Run, document

SVG = "{http://www.w3.org/2000/svg}"
FLOWS = {flow.name: flow for flow in (read_flow(read_file(path)) for path in DATA.glob("*.toml"))}


def texts(picture: str) -> list[str]:
    """What is written in a picture, titles and description aside."""
    return ["".join(one.itertext()) for one in ET.fromstring(picture).iter(f"{SVG}text")]


def at_dispatch() -> Run:
    """A complaint that waits at the province to be dispatched."""
    run = Run(FLOWS["hotline-complaint"], PROVINCE)
    run.decide("register")
    run.decide("accept")
    run.decide("instruct", chosen=Chosen(remark="Look into it."))
    return run


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_node_and_every_way_down_is_named(name: str, language: str) -> None:
    flow = FLOWS[name]
    written = texts(draw_flow(flow, None, language=language))
    for node in flow.nodes.values():
        assert getattr(node.label, language) in written
    for way in ways_between(flow):
        for decision in way.decisions if not way.back else ():
            label = getattr(decision.label, language)
            assert any(text.endswith(label) for text in written)


@pytest.mark.parametrize("name", FLOWS)
def test_ways_lead_down_save_those_that_go_back(name: str) -> None:
    flow = FLOWS[name]
    ways = ways_between(flow)
    spots = lay_out(list(flow.nodes), ways).spots
    for way in ways:
        assert (spots[way.source,][1] < spots[way.target,][1]) is not way.back


@pytest.mark.parametrize("name", FLOWS)
def test_no_node_stands_on_another(name: str) -> None:
    flow = FLOWS[name]
    spots = lay_out(list(flow.nodes), ways_between(flow)).spots
    for one, other in combinations([spots[node,] for node in flow.nodes], 2):
        assert one[1] != other[1] or abs(one[0] - other[0]) >= 2


def test_where_it_stands_is_marked_by_more_than_a_colour() -> None:
    picture = draw_flow(FLOWS["hotline-complaint"], at_dispatch().place, language="en")
    assert "▶ Dispatch" in texts(picture)
    assert "now here" in texts(picture)
    here = [
        one for one in ET.fromstring(picture).iter(f"{SVG}g") if "flow-here" in one.get("class")
    ]
    assert [one.find(f"{SVG}rect").get("stroke-width") for one in here] == ["4"]


def test_where_it_stood_has_a_tick() -> None:
    written = texts(draw_flow(FLOWS["hotline-complaint"], at_dispatch().place, language="zh"))
    assert [text for text in written if text.startswith("✓")] == [
        "✓ 登记",
        "✓ 分类初审",
        "✓ 领导批示",
    ]


def test_who_does_not_see_it_is_told_all_of_it() -> None:
    run = at_dispatch()
    run.decide("dispatch", chosen=Chosen(office=COUNTY))
    picture = ET.fromstring(draw_flow(run.flow, run.place, language="en"))
    assert picture.get("role") == "img"
    named = picture.get("aria-labelledby").split()
    told = {one.get("id"): one.text for one in picture if one.get("id")}
    assert [name in told for name in named] == [True, True]
    said = told[named[1]]
    assert said.startswith("now here: Receive.")
    assert "give back → Dispatch" in said


def test_it_has_no_colours_of_its_own() -> None:
    picture = ET.fromstring(draw_flow(FLOWS["hotline-complaint"], None, language="en"))
    colours = {one.get(name) for one in picture.iter() for name in ("fill", "stroke")}
    assert colours == {None, "none", "currentColor", "Canvas"}


def test_labels_are_text_and_never_markup() -> None:
    label = {"zh": "<script>", "en": "<script>"}
    of = document(label=label)
    of["nodes"]["work"]["label"] = label
    picture = draw_flow(read_flow(of), None, language="en")
    assert "<script>" not in picture
    assert "<script>" in texts(picture)
