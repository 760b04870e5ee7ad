"""An office is merged into another: its matters, papers, deliveries, numbers and people go over, and nothing is lost, doubled or renumbered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from backend.accounts.models import Role, User
from backend.deliveries.actions import send_paper, sign_for_delivery
from backend.deliveries.models import Delivery
from backend.documents.models import Document
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.inbox import assignments_to_do
from backend.matters.models import Matter
from backend.matters.succession import pass_to_heirs
from backend.offices.departments import close_office, open_office
from backend.offices.models import Office, Post, Substitution
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.models import Paper, Series
from backend.papers.series import open_series, series_open_to
from tests.documents.cast import DocumentCast, seat_documents, step
from tests.matters.offices import lend_post
from tests.offices.cast import give
from tests.papers.scenes import FIELDS
from tests.world import World, make_user


@dataclass
class Merger:
    """Two departments of 历下, of which the first ends into the second, and what the first had open."""

    cast: DocumentCast
    root: User
    old: Office
    heir: Office
    old_series: Series
    heir_series: Series
    drafter: User
    clerk: User
    heir_clerk: User
    document: Document
    issued: Paper
    draft: Paper
    delivery: Delivery

    def merge(self) -> None:
        """It ends today, and the next run of what runs by itself is over."""
        close_office(actor=self.root, office=self.old.pk, successor=self.heir.pk)
        pass_to_heirs(100)


@pytest.fixture
def merger(world: World) -> Merger:
    """Everything is under way."""
    cast = seat_documents(world)
    root = make_user("root", Role.ADMINISTRATOR, world.city)
    old, heir = (
        open_office(actor=root, parent=cast.office.pk, code=code, name=name, key=uuid.uuid4())[0]
        for code, name in (("S370102-A", "特设一科"), ("S370102-B", "特设二科"))
    )
    people = [make_user(name, role, world.lixia) for name, role in (
        ("old-drafter", Role.HANDLER), ("old-clerk", Role.CLERK), ("heir-clerk", Role.CLERK),
    )]  # fmt: skip
    Post.objects.filter(user__in=people).delete()
    drafter, clerk, heir_clerk = people
    give(drafter, old, Role.HANDLER)
    give(clerk, old, Role.CLERK)
    give(heir_clerk, heir, Role.CLERK)
    for user in people:
        user.refresh_from_db()
    old_series, _ = open_series(actor=cast.keeper, office=old.pk, word="历特一")
    heir_series, _ = open_series(actor=cast.keeper, office=heir.pk, word="历特二")
    document = cast.write(drafter)
    step(drafter, document, "submit")
    issued, draft = (
        draft_paper(
            actor=clerk, office=old.pk, template="complaint-acceptance", addressee="张三", fields=FIELDS
        )[0]
        for _ in range(2)
    )  # fmt: skip
    register_paper(actor=clerk, paper=issued.pk, series=old_series.pk)
    issue_paper(actor=clerk, paper=issued.pk)
    issued.refresh_from_db()
    sent, _ = send_paper(
        actor=clerk, paper=issued.pk, sender_office=old.pk, receiver_offices=[cast.neighbour.pk]
    )
    back = draft_paper(
        actor=heir_clerk, office=heir.pk, template="complaint-acceptance", addressee="一科",
        fields=FIELDS,
    )[0]  # fmt: skip
    register_paper(actor=heir_clerk, paper=back.pk, series=heir_series.pk)
    issue_paper(actor=heir_clerk, paper=back.pk)
    to_old, _ = send_paper(
        actor=heir_clerk, paper=back.pk, sender_office=heir.pk, receiver_offices=[old.pk]
    )
    assert sent.sender == old
    return Merger(
        cast, root, old, heir, old_series, heir_series, drafter, clerk, heir_clerk, document,
        issued, draft, to_old.deliveries.get(),
    )  # fmt: skip


def code_of(call, **asked) -> str:
    with pytest.raises(Refused) as caught:
        call(**asked)
    return caught.value.code


def test_people_hold_their_posts_in_the_successor_with_who_stands_in_for_them(merger: Merger):
    lend_post(merger.clerk.posts.get(), merger.drafter)
    merger.merge()
    for user, role in ((merger.drafter, Role.HANDLER), (merger.clerk, Role.CLERK)):
        now = user.posts.get(ends_on=None)
        assert (now.office, now.role, now.starts_on) == (merger.heir, role, clock.today())
        assert user.posts.count() == 2
    lent = Substitution.objects.filter(ends_on__gte=clock.today()).get()
    assert (lent.post, lent.substitute) == (merger.clerk.posts.get(ends_on=None), merger.drafter)


def test_who_holds_a_post_in_both_holds_it_once(merger: Merger):
    give(merger.clerk, merger.heir, Role.CLERK)
    merger.merge()
    assert merger.clerk.posts.filter(ends_on=None).get().office == merger.heir


def test_an_open_document_goes_on_in_the_successor_and_gets_its_number(merger: Merger):
    merger.merge()
    matter = Matter.objects.get(pk=merger.document.pk)
    assert matter.office == merger.heir
    assert assignments_to_do(merger.heir_clerk).filter(matter=matter).count() == 1
    leader = make_user("heir-leader", Role.LEADER, merger.heir.region)
    Post.objects.filter(user=leader).update(office=merger.heir)
    step(merger.heir_clerk, merger.document, "pass")
    step(leader, merger.document, "sign")
    step(merger.clerk, merger.document, "approve")
    for series, code in ((merger.old_series, "series-closed"), (merger.heir_series, None)):
        asked = {"details": {"series": series.pk}}
        if code is not None:
            with pytest.raises(Refused):
                step(merger.clerk, merger.document, "register", **asked)
        else:
            step(merger.clerk, merger.document, "register", **asked)
    merger.document.refresh_from_db()
    assert merger.document.number == f"历特二〔{clock.today().year}〕2号"


def test_its_numbers_end_with_it_and_stay_readable(merger: Merger):
    number = merger.issued.number
    assert list(series_open_to(merger.old)) == [merger.old_series]
    merger.merge()
    merger.old.refresh_from_db()
    assert list(series_open_to(merger.old)) == [merger.heir_series]
    asked = {"actor": merger.heir_clerk, "paper": merger.draft.pk}
    assert code_of(register_paper, **asked, series=merger.old_series.pk) == "series-closed"
    register_paper(**asked, series=merger.heir_series.pk)
    shown = Paper.objects.visible_to(merger.heir_clerk).get(pk=merger.issued.pk)
    assert (shown.number, shown.office) == (number, merger.old)
    facts = {"actor": merger.cast.keeper, "office": merger.old.pk, "word": "历特三"}
    assert code_of(open_series, **facts) == "not-found"


def test_what_it_sent_and_received_is_the_successors_to_follow_and_to_sign_for(merger: Merger):
    merger.merge()
    seen = Delivery.objects.visible_to(merger.heir_clerk)
    assert set(seen.values_list("distribution__sender", flat=True)) == {
        merger.old.pk, merger.heir.pk,
    }  # fmt: skip
    signed = sign_for_delivery(actor=merger.clerk, delivery=merger.delivery.pk)
    assert signed.state == Delivery.State.SIGNED
