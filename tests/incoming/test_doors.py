"""Registering by the page and over REST; forty registrations at once leave no gap."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from backend.deliveries.actions import sign_for_delivery
from backend.incoming.models import IncomingDocument
from backend.incoming.registration import register_letter
from tests.deliveries.scenes import Mailroom, build_mailroom
from tests.deliveries.test_pages import page_of, press
from tests.deliveries.test_rest import client_of, post
from tests.evidence.office_files import make_locked_pdf, make_pdf
from tests.incoming.test_story import LETTER
from tests.matters.test_race import at_once
from tests.owner import as_owner
from tests.world import World


@pytest.fixture
def committed_mailroom(committed_world: World) -> Iterator[Mailroom]:
    """The mailroom in committed rows."""
    yield build_mailroom(committed_world)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE papers_template, offices_office CASCADE")


def test_numbers_given_at_once_have_no_gap_and_no_double(committed_mailroom: Mailroom):
    def register() -> None:
        register_letter(
            actor=committed_mailroom.city_clerk, office=committed_mailroom.city.pk, letter=LETTER,
            key=uuid.uuid4(),
        )  # fmt: skip

    assert at_once(*[register] * 20) == ["done"] * 20
    serials = IncomingDocument.objects.values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, 21))


def test_what_was_signed_for_is_registered_by_a_button(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.city)
    sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    shown = press(mailroom.city_clerk, f"/desk/deliveries/{delivery.pk}/registration/")
    child = IncomingDocument.objects.get()
    assert child.number in shown
    assert child.sender in shown
    one = page_of(mailroom.city_clerk, f"/desk/deliveries/{delivery.pk}/")
    assert f"/desk/matters/{child.pk}/" in one
    assert "return/" not in one


def test_what_came_on_paper_is_registered_with_its_scan(client, mailroom: Mailroom):
    filled = {"office": mailroom.city.pk, "title": "函", "sender": "某局", "urgency": "normal"}
    locked = SimpleUploadedFile("函.pdf", make_locked_pdf(), "application/pdf")
    client.force_login(mailroom.city_clerk)
    sent = {"key": str(uuid.uuid4()), "scan": locked, **filled}
    told = client.post("/desk/incoming/new/", sent)
    assert (told.status_code, IncomingDocument.objects.count()) == (422, 0)
    assert 'class="wrong"' in told.content.decode()
    sound = SimpleUploadedFile("函.pdf", make_pdf(), "application/pdf")
    press(mailroom.city_clerk, "/desk/incoming/new/", scan=sound, **filled)
    child = IncomingDocument.objects.get()
    client.force_login(mailroom.city_clerk)
    assert client.get(f"/desk/incoming/{child.pk}/scan/").status_code == 302
    client.force_login(mailroom.shizhong_clerk)
    assert client.get(f"/desk/incoming/{child.pk}/scan/").status_code == 404
    client.force_login(mailroom.lixia_handler)
    assert client.get("/desk/incoming/new/").status_code == 403


def test_the_same_over_rest(mailroom: Mailroom):
    client, key = client_of(mailroom.city_clerk), uuid.uuid4()
    body = {"office": mailroom.city.pk, "title": "函", "sender": "某局"}
    made = post(client, "incoming", body, key)
    assert (made.status_code, made.data["sender"]) == (201, "某局")
    assert post(client, "incoming", body, key).status_code == 200
    assert post(client, "incoming", body | {"office": mailroom.province.pk}).status_code == 404
    assert post(client_of(mailroom.lixia_handler), "incoming", body).status_code == 403
    matter = client.get(f"/api/v1/matters/{made.data['matter']}").data
    assert (matter["kind"], matter["facts"]["number"]) == ("incoming", made.data["number"])
    delivery = mailroom.delivery(mailroom.city)
    refused = post(client, f"deliveries/{delivery.pk}/registration")
    assert (refused.status_code, refused.data["type"]) == (409, "/problems/delivery-unsigned")
    sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    assert post(client, f"deliveries/{delivery.pk}/registration").status_code == 201
    assert post(client, f"deliveries/{delivery.pk}/registration").status_code == 200


def test_a_scan_comes_over_rest_and_is_read_by_whoever_sees_the_matter(
    mailroom: Mailroom, django_capture_on_commit_callbacks
):
    client, key = client_of(mailroom.city_clerk), uuid.uuid4()
    letter, other = make_pdf(2), make_pdf(3)
    body = {"office": mailroom.city.pk, "title": "函", "sender": "某局"}

    def register(content: bytes):
        scan = SimpleUploadedFile("函.pdf", content, "application/pdf")
        headers = {"Idempotency-Key": str(key)}
        return client.post(
            "/api/v1/incoming", body | {"scan": scan}, format="multipart", headers=headers
        )

    with django_capture_on_commit_callbacks(execute=True):
        made = register(letter)
    assert made.status_code == 201, made.content
    assert register(letter).status_code == 200
    assert register(other).status_code == 422
    place = f"/api/v1/incoming/{made.data['matter']}/scan"
    assert client.get(place).status_code == 302
    assert client_of(mailroom.shizhong_clerk).get(place).status_code == 404
    bare = post(client, "incoming", body)
    assert client.get(f"/api/v1/incoming/{bare.data['matter']}/scan").status_code == 404


def test_what_is_registered_goes_back_in_its_matter_alone(mailroom: Mailroom):
    client, delivery = client_of(mailroom.city_clerk), mailroom.delivery(mailroom.city)
    sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    assert post(client, f"deliveries/{delivery.pk}/registration").status_code == 201
    refused = post(client, f"deliveries/{delivery.pk}/return", {"reason": "错发"})
    assert (refused.status_code, refused.data["type"]) == (409, "/problems/delivery-registered")
    assert "登记" in press(
        mailroom.city_clerk, f"/desk/deliveries/{delivery.pk}/return/", reason="错发"
    )
    delivery.refresh_from_db()
    assert delivery.state == delivery.State.SIGNED
