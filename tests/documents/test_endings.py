"""撤销 and 废止: a document ends another, by its office or one above; 撤回 is for what nobody opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from backend.accounts.models import Role
from backend.deliveries.actions import open_delivery, recall_delivery, send_paper
from backend.deliveries.models import Delivery
from backend.documents.drafts import edit_document
from backend.documents.models import Document
from backend.documents.wording import Wording
from backend.lib import clock
from backend.lib.problems import Refused
from backend.papers.actions import withdraw_paper
from backend.papers.models import Paper
from backend.papers.series import open_series
from backend.papers.verification import find_public_paper
from tests.documents.cast import DocumentCast, step
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(cast: DocumentCast, signing_key: dict[str, str]) -> Document:
    """A document of 历下 in force, delivered to 市中."""
    return cast.issue(cast.register(cast.sign(cast.write())))


def refused(code: str, act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code, caught.value.detail
    return str(caught.value.detail)


def ending(cast: DocumentCast, other: Document, how: str, **asked: Any) -> Document:
    return cast.write(title="关于废止有关文件的通知", ends=other.number, ending=how, **asked)


def test_an_office_repeals_its_own_from_the_day_on_and_it_is_told_everywhere(
    client: Client, cast: DocumentCast, issued: Document
) -> None:
    newer = cast.register(cast.sign(ending(cast, issued, "repeal")))
    paper = Paper.objects.get(document=issued)
    assert paper.state == "issued"
    cast.issue(newer)
    told = find_public_paper(paper.code)
    assert told is not None
    assert (told.state, told.ended_by, told.ended_on) == ("repealed", newer.number, clock.today())
    shown = client.get(f"/V/{paper.code}").content.decode()
    assert "已废止" in shown
    assert f"{newer.number}将其废止，自{clock.today().isoformat()}起失效" in shown
    public = client.get(f"/V/{paper.code}", headers={"accept": "application/json"}).json()
    assert (public["state"], public["ended_by"]) == ("repealed", newer.number)
    client.force_login(cast.clerk)
    assert newer.number in client.get(f"/desk/matters/{issued.pk}/").content.decode()
    rest = client.get(f"/api/v1/documents/{issued.pk}").json()
    assert rest["ended_by"] == newer.number
    assert client.get(f"/api/v1/documents/{newer.pk}").json()["ends"] == issued.number
    client.force_login(cast.neighbour_clerk)
    received = Delivery.objects.get(paper=paper)
    assert newer.number in client.get(f"/desk/deliveries/{received.pk}/").content.decode()
    refused(
        "paper-not-issued",
        lambda: send_paper(
            actor=cast.clerk, paper=paper.pk, sender_office=cast.office.pk,
            receiver_offices=[cast.city.pk],
        ),
    )  # fmt: skip


def test_the_office_above_annuls_it_from_the_beginning_and_one_beside_may_not(
    client: Client, cast: DocumentCast, issued: Document
) -> None:
    beside = make_user("beside", Role.HANDLER, cast.world.shizhong)
    open_delivery(actor=cast.neighbour_clerk, delivery=Delivery.objects.get().pk)
    foreign = ending(cast, issued, "annul", actor=beside, main=[cast.office])
    told = refused("ended-foreign", lambda: step(beside, foreign, "submit"))
    assert issued.number in told
    handler = make_user("city-handler", Role.HANDLER, cast.world.city)
    clerk = make_user("city-clerk", Role.CLERK, cast.world.city)
    keeper = make_user("city-keeper", Role.ADMINISTRATOR, cast.world.city)
    series, _new = open_series(actor=keeper, office=cast.city.pk, word="济市监发")
    above = ending(cast, issued, "annul", actor=handler, main=[cast.office])
    step(handler, above, "submit")
    step(clerk, above, "pass")
    step(cast.city_leader, above, "sign")
    with pytest.raises(IntegrityError, match="document_says_how"), transaction.atomic():
        Document.objects.filter(pk=cast.write().pk).update(ending="annul")
    step(clerk, above, "approve")
    step(clerk, above, "register", details={"series": series.pk})
    step(clerk, above, "print", details={"print_copies": 3})
    step(clerk, above, "issue")
    shown = client.get(f"/V/{issued.paper.code}").content.decode()
    assert "已撤销" in shown
    assert "视为自始无效" in shown


def test_of_two_that_end_the_same_the_second_is_told_and_waits(
    cast: DocumentCast, issued: Document
) -> None:
    first, second = (cast.register(cast.sign(ending(cast, issued, "repeal"))) for _ in range(2))
    cast.issue(first)
    step(cast.clerk, second, "print", details={"print_copies": 1})
    assert issued.number in refused("paper-ended", lambda: step(cast.clerk, second, "issue"))
    assert Paper.objects.get(document=second).state == "registered"


def test_what_is_signed_to_end_is_kept_and_what_is_written_wrong_is_told(
    cast: DocumentCast, issued: Document
) -> None:
    refused("ended-missing", lambda: cast.write(ending="annul"))
    refused("ending-missing", lambda: cast.write(ends=issued.number))
    refused("ended-unknown", lambda: cast.write(ends="历市监发〔2006〕999号", ending="annul"))
    secret = {"secrecy": "secret", "secret_years": 5, "body": ""}
    refused("secret-has-text", lambda: ending(cast, issued, "annul", **secret))
    draft = ending(cast, issued, "annul")
    edit_document(actor=cast.handler, document=draft.pk, version=None, wording=Wording(ends=""))
    draft.refresh_from_db()
    assert (draft.ends, draft.ending) == (None, "")
    signed = cast.sign(ending(cast, issued, "annul"))
    with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
        Document.objects.filter(pk=signed.pk).update(ending="repeal")


def test_taken_back_is_only_what_nobody_opened_and_a_document_in_force_is_not_withdrawn(
    client: Client, cast: DocumentCast, issued: Document
) -> None:
    received = Delivery.objects.get()
    recall_delivery(actor=cast.clerk, delivery=received.pk)
    again, _new = send_paper(
        actor=cast.clerk, paper=issued.paper.pk, sender_office=cast.office.pk,
        receiver_offices=[cast.neighbour.pk],
    )  # fmt: skip
    delivery = again.deliveries.get()
    open_delivery(actor=cast.neighbour_clerk, delivery=delivery.pk)
    told = refused(
        "delivery-opened", lambda: recall_delivery(actor=cast.clerk, delivery=delivery.pk)
    )
    assert "撤销、废止" in told
    told = refused(
        "document-in-force",
        lambda: withdraw_paper(actor=cast.clerk, paper=issued.paper.pk, reason="写错"),
    )
    assert "撤销或者废止" in told
    client.force_login(cast.clerk)
    page = client.get(f"/papers/{issued.paper.pk}/").content.decode()
    assert f"/papers/{issued.paper.pk}/withdraw/" not in page
