"""Two stock clients of GeoReport v2, unmodified, against the live server."""

from __future__ import annotations

import itertools
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.hotline.cast import HotlineCast
from tests.world import World

# The client is of Python 2's age: it takes from itertools what is the built-in filter since.
itertools.ifilter = filter  # type: ignore[attr-defined]

georeport = pytest.importorskip("georeport")
three = pytest.importorskip("three")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(live_server: Any) -> str:
    """Where the door stands."""
    return f"{live_server.url}/open311/v2"


def test_georeport_reads_services_definitions_and_requests(
    address: str, hotline_cast: HotlineCast
) -> None:
    number = hotline_cast.write(nature="question", account="电梯多久检验一次？")
    for form in ("json", "xml"):
        client = georeport.GeoReport(address, output_format=form)
        codes = [service["service_code"] for service in client.get_service_list()]
        assert "complaint" in codes
        assert "conduct" not in codes
        assert client.get_service_definition("complaint")["service_code"] == "complaint"
        assert client.get_service_request(number)["service_request_id"] == number
        found = client.get_service_requests(status="open")
        numbers = [one["service_request_id"] for one in (found if form == "json" else [found])]
        assert numbers == [number]


def test_three_posts_with_a_photo_gets_a_token_and_an_update(
    address: str, hotline_cast: HotlineCast
) -> None:
    client = three.Three(address, api_key=hotline_cast.program_key())
    sent = client.post(
        "complaint",
        name="建国 张",
        phone="13812341234",
        address="文化东路29号",
        description="电梯门夹人",
        lat="36.65",
        long="117.05",
        media=("photo.jpg", _draw_photo(), "image/jpeg"),
        **{"attribute[home]": "文化东路29号3楼"},
    )
    [made] = sent
    number = made["service_request_id"]
    assert client.token(made["token"]) == [{"service_request_id": number, "token": made["token"]}]
    [seen] = client.request(number)
    assert (seen["status"], seen["service_code"]) == ("open", "complaint")
    assert "张" not in str(seen)
    again = client.session.post(
        f"{address}/servicerequestupdates.json",
        data={
            "api_key": client.api_key,
            "service_request_id": number,
            "description": "今天又夹人了",
        },
    )
    assert again.status_code == 201
    updates = client.get("servicerequestupdates")
    assert [one["service_request_id"] for one in updates] == [number, number]
    assert hotline_cast.photos_of(number) == 1


def test_a_client_that_tries_again_has_sent_it_once(
    address: str, hotline_cast: HotlineCast
) -> None:
    client = three.Three(address, api_key=hotline_cast.program_key())
    told = {"description": "怎样投诉？", "lat": "36.65", "long": "117.05"}
    [first], [second] = client.post("question", **told), client.post("question", **told)
    assert first == second


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"service_code": "conduct", "description": "x"}, "service_code"),
        ({"service_code": "question"}, "account"),
        ({"service_code": "question", "description": "x" * 4001}, "description"),
        ({"service_code": "question", "description": "x", "lat": "a", "long": "b"}, "lat"),
        ({"service_code": "question", "description": "x", "phone": "12"}, "phone"),
        ({"service_code": "question", "description": "x", "lat": "30", "long": "125"}, "region"),
        (
            {"service_code": "complaint", "description": "x", "lat": "36.65", "long": "117.05"},
            "name",
        ),
    ],
)
def test_what_is_wrong_is_told_as_the_standard_tells_it(
    client: Any, hotline_cast: HotlineCast, told: dict[str, str], field: str
) -> None:
    answer = client.post(
        "/open311/v2/requests.json", told | {"api_key": hotline_cast.program_key()}
    )
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["code"] == 400
    assert field in error["description"]


def test_without_a_key_nothing_is_taken(client: Any, hotline_cast: HotlineCast) -> None:
    told = {"service_code": "question", "description": "x", "lat": "36.65", "long": "117.05"}
    for key in ("", "program-nonsense", hotline_cast.program_key(scopes=["units"])):
        answer = client.post("/open311/v2/requests.xml", told | {"api_key": key})
        assert answer.status_code == 403
        assert b"<errors><error><code>403</code>" in answer.content


def test_reports_and_conduct_are_not_listed(
    client: Any, hotline_cast: HotlineCast, world: World
) -> None:
    for nature in ("report", "conduct"):
        number = hotline_cast.write(nature=nature, account="卖假货")
        assert client.get(f"/open311/v2/requests/{number}.json").status_code == 404
    assert client.get("/open311/v2/requests.json").json() == []


def _draw_photo() -> BytesIO:
    photo = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(photo, "JPEG")
    photo.seek(0)
    return photo
