"""One of each kind of thing that a path, a question or a body can name, all of one county."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.db.models import Model

from backend.absences.actions import enter_absence
from backend.absences.substitutions import name_substitute
from backend.accounts.models import DeviceToken, Role, User
from backend.accounts.programs import make_program_token
from backend.announcements.actions import publish_announcement
from backend.announcements.audience import Audience
from backend.announcements.wording import Wording as Announced
from backend.approvals.kinds import get_application_kind
from backend.approvals.models import Attachment as Enclosed
from backend.approvals.models import Certificate
from backend.approvals.petitions import Petition, file_application
from backend.calendars.meeting_rooms import open_room
from backend.calendars.meetings import MeetingWords, TimeAndPlace, call_meeting
from backend.calendars.rosters import begin_roster, publish_roster
from backend.calendars.shifts import open_shift
from backend.calendars.swaps import ask_for_swap
from backend.calendars.turns import fill_roster
from backend.cases.models import Case
from backend.deliveries.actions import send_paper
from backend.directory.invitations import invite
from backend.directory.models import Authority, LegalEntity, Membership, Person
from backend.documents.attachments import attach_file
from backend.documents.drafts import draft_document
from backend.documents.reference_files import load_document_rules
from backend.documents.wording import Wording
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.exchange.mapping import get_mapping
from backend.exchange.models import KeptMapping
from backend.fieldwork.models import Item, Upload
from backend.hotline.intake import receive_letter
from backend.hotline.letters import Letter
from backend.hotline.models import Channel, Cluster, HotlineMatter, Nature
from backend.hotline.sealed_identity import Identity
from backend.inspections.actions import file_report
from backend.inspections.drafts import DefectDraft
from backend.inspections.planned_tasks import plan_task
from backend.jobs.actions import create_job
from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.matters.decisions import decide
from backend.matters.exports import order_export
from backend.matters.saved_filters import save_filter
from backend.notifications.models import Kind, Notification
from backend.offices.models import Office, Post
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.models import Paper
from backend.papers.series import open_series
from backend.papers.services import serve_paper
from backend.papers.tasks import make_pdf
from backend.papers.template_files import load_templates
from backend.supervised_tasks.orders import Order, order_task
from backend.supervised_tasks.proofs import hand_in_proof
from backend.units.models import Unit
from tagging.actions import bind_tag, mint_batch
from tagging.codes import make_code
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_pdf as make_attachment
from tests.inspections.drafting import draft_of, jpeg
from tests.matters.errands import open_errand
from tests.matters.offices import give_post, make_office
from tests.papers.scenes import FIELDS
from tests.shape.notices import NOTICE
from tests.world import make_user, office_of

FAULT = DefectDraft("轿厢照明", "general")


def belongings(unit: Unit, entity: LegalEntity, colour: int) -> dict[str, Any]:
    """Everything of the county of ``unit``, kept by staff of its own; photos by ``colour``."""
    staff = {
        role: make_user(f"{role}-{unit.region_id}", role, unit.region)
        for role in (
            Role.INSPECTOR,
            Role.OFFICER,
            Role.REGISTRAR,
            Role.ADMINISTRATOR,
            Role.OPERATOR,
            Role.CLERK,
        )
    }
    client = make_user(f"client-{unit.region_id}", Role.ENTERPRISE, None)
    things: dict[str, Any] = {"unit": unit, "entity": entity, "user": staff[Role.INSPECTOR]}
    things["account"] = things["user"]
    for sender in (Role.INSPECTOR, Role.OFFICER):
        things["photo"] = _photo(staff[sender], jpeg(colour))
    things |= _of_the_field(unit, staff[Role.INSPECTOR], things["photo"].sha256)
    things |= _of_the_office(unit, entity, staff)
    things |= _of_a_matter(unit)
    things |= _of_the_list(staff[Role.OFFICER])
    things |= _of_a_document(unit)
    things["letter"] = _letter(unit, staff[Role.OPERATOR])
    things["cluster"] = Cluster.objects.create(
        found_on=clock.today(), centre=unit.region, regions=[unit.region_id],
        since=clock.today(), observed=9, expected=1.5, p=0.01,
    )  # fmt: skip
    things["membership"] = Membership.objects.create(user=client, entity=entity)
    things["invitation"] = invite(
        actor=staff[Role.REGISTRAR], username=staff[Role.INSPECTOR].username, entity=entity
    )
    things["post"] = staff[Role.OFFICER].posts.get()
    things["desk"] = office_of(unit.region)
    things["substitution"] = name_substitute(
        actor=staff[Role.REGISTRAR], post=staff[Role.REGISTRAR].posts.get(),
        substitute=staff[Role.OFFICER].pk, starts_on=clock.today(), ends_on=clock.today(),
        reason="出差",
    )  # fmt: skip
    things["absence"] = enter_absence(
        actor=staff[Role.OPERATOR], person=staff[Role.OPERATOR].pk, starts_on=clock.today(),
        ends_on=clock.today(), reason="training",
    ).absence  # fmt: skip
    things["trader"] = LegalEntity.objects.create(
        name=f"欧阳个体{unit.region_id}", natural_person=True, region=unit.region
    )
    things["mapping"] = KeptMapping.objects.create(
        name=f"m-{unit.region_id}",
        document=asdict(get_mapping("native")),
        made_by=staff[Role.REGISTRAR],
        made_at=clock.now(),
    )
    things |= _of_the_desk(unit, staff)
    things |= _of_the_mailroom(unit, staff[Role.CLERK], things["matter"].office)
    things |= _of_the_hall(unit, entity, client)
    things |= _of_supervision(unit, staff[Role.CLERK])
    things |= _of_the_calendar(unit, staff[Role.CLERK], staff[Role.OFFICER])
    things |= _of_the_board(unit, staff[Role.CLERK])
    things["enclosed"] = Enclosed.objects.create(
        application=things["application"], document="licence", file=things["photo"],
        added_by=client, added_at=clock.now(),
    )  # fmt: skip
    things["person"] = Person.objects.create(name=f"司马电工{unit.region_id}", employer=entity)
    return things


def _photo(sender: User, shot: bytes) -> File:
    digest = hashlib.sha256(shot).hexdigest()
    return receive_photo(
        actor=sender, stream=io.BytesIO(shot), declared_size=len(shot), declared_sha256=digest
    )


def _of_the_field(unit: Unit, inspector: User, digest: str) -> dict[str, Any]:
    """A report with a defect and a photo, a held item, an unfinished upload, a phone, a case."""
    now = clock.now()
    draft = draft_of(unit, defects=[FAULT], photos=[digest])
    report, _new = file_report(actor=inspector, report_id=uuid.uuid4(), body={}, draft=draft)
    item = Item.objects.create(
        item_id=uuid.uuid4(), user=inspector, region=unit.region, kind="report", raw=b"{}",
        digest=hashlib.sha256(digest.encode()).hexdigest(), state="held", moment=now,
        received_at=now,
    )  # fmt: skip
    upload = Upload.objects.create(
        user=inspector,
        length=9,
        sha256=digest,
        created_at=now,
        expires_at=now + dt.timedelta(days=1),
    )
    case = Case.objects.create(
        kind=Case.Kind.JUMP, subject=f"phone-{unit.region_id}", user=inspector,
        region=unit.region, opened_at=now,
    )  # fmt: skip
    device, _token = DeviceToken.objects.create(user=inspector, device_id=f"d-{unit.region_id}")
    token, _text = make_program_token(
        actor=inspector, name=f"t-{unit.region_id}", scopes=["units"], ends_on=clock.today()
    )
    said = Notification.objects.create(
        recipient=inspector, kind=Kind.ASSIGNED, number="1", made_at=now
    )
    return {
        "token": token, "notification": said,
        "report": report, "record": report.record, "defect": report.defects.get(),
        "item": item, "upload": upload, "case": case, "device": device,
    }  # fmt: skip


def _of_the_office(unit: Unit, entity: LegalEntity, staff: dict[Role, User]) -> dict[str, Any]:
    """A batch of tags, one bound and one free; a task; a job and an import."""
    batch = mint_batch(actor=staff[Role.OFFICER], count=2)
    bound, free = batch.tags.order_by("code")
    bind_tag(actor=staff[Role.OFFICER], code=bound.code, unit=unit)
    task, _new = plan_task(
        actor=staff[Role.OFFICER], unit=unit.pk, assignee=staff[Role.INSPECTOR], kind="periodic",
        planned_on=clock.today(),
    )  # fmt: skip
    jobs = {
        name: create_job(actor=staff[Role.REGISTRAR], kind=kind, parameters={"entity": entity.pk})[
            0
        ]
        for name, kind in (("job", "labels"), ("import", "import"))
    }
    return {"batch": batch, "tag": bound, "free": free, "task": task, **jobs}


def _of_the_desk(unit: Unit, staff: dict[Role, User]) -> dict[str, Any]:
    """An office, its series of numbers, and a paper that is issued and being served."""
    load_templates()
    office, region = office_of(unit.region), unit.region
    officer, word = staff[Role.OFFICER], "甲乙丙丁"[int(region.pk) % 4] + "市监受"
    series, _new = open_series(actor=staff[Role.ADMINISTRATOR], office=office.pk, word=word)
    paper = _issue_paper(officer, office, f"诸葛投诉人{region.pk}")
    service, _new = serve_paper(
        actor=officer, paper=paper.pk, kind="post", recipient="诸葛", sent_on=clock.today()
    )
    return {"office": office, "series": series, "paper": paper, "service": service}


def _issue_paper(actor: User, office: Office, addressee: str) -> Paper:
    """A paper of the office with the next number of its series, and its PDF."""
    paper, _new = draft_paper(
        actor=actor, office=office.pk, template="complaint-acceptance", addressee=addressee,
        fields=FIELDS,
    )  # fmt: skip
    register_paper(actor=actor, paper=paper.pk, series=office.paper_series.get().pk)
    issued = issue_paper(actor=actor, paper=paper.pk)
    make_pdf(str(issued.job_id))
    issued.refresh_from_db()
    return issued


def _of_the_mailroom(unit: Unit, clerk: User, section: Office) -> dict[str, Any]:
    """A paper that the office sent to a section, for both of which its clerk signs."""
    Post.objects.create(user=clerk, office=section, role=Role.CLERK, starts_on=clock.today())
    paper = _issue_paper(clerk, office_of(unit.region), "通知")
    sent, _new = send_paper(
        actor=clerk, paper=paper.pk, sender_office=paper.office_id, receiver_offices=[section.pk]
    )
    return {"distribution": sent, "delivery": sent.deliveries.get(), "section": section}


def _of_the_calendar(unit: Unit, clerk: User, officer: User) -> dict[str, Any]:
    """A meeting of the office in its room, a draft of its roster, duties of one that is published,
    and a swap that the clerk asked the officer for."""
    office, month = office_of(unit.region), add_months(month_start(clock.today()), 1)
    head = make_user(f"head-{unit.region_id}", Role.LEADER, unit.region)
    begins = clock.now() + dt.timedelta(days=20)
    room = open_room(actor=clerk, office=office.pk, name="会议室")
    meeting = call_meeting(
        actor=clerk, office=office.pk, wording=MeetingWords("例会"),
        when=TimeAndPlace(begins, begins + dt.timedelta(hours=1), place="三楼"),
    )  # fmt: skip
    shift = open_shift(
        actor=clerk, office=office.pk, name="全天", begins=dt.time(8), hours=24, people=1
    )
    rosters = []
    for number in (0, 1):
        roster, _new = begin_roster(actor=clerk, office=office.pk, month=add_months(month, number))
        people = [clerk.pk, officer.pk]
        fill_roster(actor=clerk, roster=roster.pk, leaders=[head.pk], people=people)
        rosters.append(roster)
    publish_roster(actor=clerk, roster=rosters[0].pk)
    duties = list(rosters[0].duties.filter(leads=False).order_by("day"))
    swap = ask_for_swap(actor=clerk, duty=duties[2].pk, other=duties[3].pk)
    return {
        "head": head, "room": room, "meeting": meeting, "shift": shift, "roster": rosters[1],
        "duty": duties[0], "other_duty": duties[1], "swap": swap,
    }  # fmt: skip


def _letter(unit: Unit, operator: User) -> HotlineMatter:
    """What a citizen told an operator of the county about a unit."""
    told = Letter(
        key=uuid.uuid4(),
        natures=(Nature.QUESTION,),
        channel=Channel.PHONE,
        account="电梯多久检验一次",
        reporter=Identity(name="张建国", phone="13812341234"),
        region=unit.region_id,
        unit=unit,
    )
    return receive_letter(actor=operator, letter=told)[0]


def _of_a_matter(unit: Unit) -> dict[str, Any]:
    """An office of the county with two people, and a matter that waits for them."""
    authority = Authority.objects.create(
        code=f"A{unit.region_id}", name=f"{unit.region_id}局", level="county", region=unit.region
    )
    office = make_office(f"O{unit.region_id}", "科", None, authority, unit.region)
    for name in ("handler", "mate"):
        give_post(make_user(f"{name}-{unit.region_id}", Role.HANDLER, unit.region), office)
    matter = open_errand(None, office, flow="errand-part")
    return {"matter": matter, "assignment": matter.assignments.get()}


def _of_the_list(officer: User) -> dict[str, Any]:
    """A table of the list of matters, and a filter of it."""
    export = order_export(actor=officer, form="csv", asked={}, key=uuid.uuid4())
    kept, _new = save_filter(actor=officer, name="我的", asked={"open": "open"}, key=uuid.uuid4())
    return {"export": export, "filter": kept}


def _of_a_document(unit: Unit) -> dict[str, Any]:
    """A draft of the county with a file attached."""
    load_document_rules()
    drafter = make_user(f"drafter-{unit.region_id}", Role.HANDLER, unit.region)
    wording = Wording(
        kind="notice",
        columns={"direction": "down", "title": "公冶通知", "body": "公冶。"},
        parties={"main": ["公冶"]},
    )
    document, _new = draft_document(actor=drafter, office=None, wording=wording, key=uuid.uuid4())
    attachment = attach_file(
        actor=drafter,
        document=document.pk,
        version=None,
        title="公冶名单",
        sent=sent(make_attachment()),
    )
    return {"document": document, "attachment": attachment}


def _of_the_hall(unit: Unit, entity: LegalEntity, client: User) -> dict[str, Any]:
    """A construction notice of the entity, and a licence that it holds."""
    petition = Petition(
        key=uuid.uuid4(),
        kind=get_application_kind("construction-notice"),
        applicant=entity,
        unit=unit,
        form=NOTICE,
    )
    application, _new = file_application(actor=client, petition=petition)
    certificate = Certificate.objects.create(
        application=application, kind="filling-licence", number=f"TSCZ-{unit.region_id}",
        holder=entity, valid_from=clock.today(), expires_on=clock.today(),
    )  # fmt: skip
    return {"application": application, "certificate": certificate}


def _of_supervision(unit: Unit, clerk: User) -> dict[str, Any]:
    """A task that the office has done by itself, with a proof."""
    head = make_user(f"orderer-{unit.region_id}", Role.LEADER, unit.region)
    doer = make_user(f"doer-{unit.region_id}", Role.HANDLER, unit.region)
    order = Order(title="公冶整治", what="公冶", lead=office_of(unit.region), unit=unit)
    task, _new = order_task(actor=head, office=order.lead.pk, order=order, key=uuid.uuid4())
    decide(actor=clerk, matter=task.pk, version=None, decision="sign")
    proof = hand_in_proof(
        actor=doer, task=task.pk, version=None, title="公冶", sent=sent(make_attachment())
    )
    return {"supervised": task, "proof": proof}


def _of_the_board(unit: Unit, clerk: User) -> dict[str, Any]:
    """An announcement to the office of the county, to be confirmed."""
    until, office = clock.today() + dt.timedelta(days=9), office_of(unit.region).pk
    said = Announced("公冶值班", "公冶值班表。", matters_until=until, confirm_by=until)
    announcement, _new = publish_announcement(
        actor=clerk, office=office, wording=said, audience=Audience(offices=[office]),
        key=uuid.uuid4(),
    )  # fmt: skip
    return {"announcement": announcement}


def names_of(things: dict[str, Any]) -> dict[str, str]:
    """What each is called in a path."""
    said = {
        "photo": "sha256",
        "user": "username",
        "device": "device_id",
        "item_id": "item_id",
        "token": "name",
    }
    named = things | {"item_id": things["item"]}
    return {kind: str(getattr(row, said.get(kind, "pk"))) for kind, row in named.items()}


def names_of_nothing() -> dict[str, str]:
    """What nothing is called, of each kind."""
    numbers = ("unit", "entity", "trader", "record", "defect", "item", "case", "membership")
    numbers += ("person", "batch", "task", "mapping", "account", "invitation")
    numbers += ("office", "series", "paper", "service", "post", "desk", "substitution")
    numbers += ("notification", "distribution", "delivery", "section")
    numbers += ("matter", "assignment", "letter", "filter", "document", "cluster")
    numbers += ("application", "certificate", "absence", "supervised")
    numbers += ("head", "room", "meeting", "shift", "roster", "duty", "other_duty", "swap")
    numbers += ("announcement",)
    numbers += ("enclosed",)
    named = {kind: str(987654000 + n) for n, kind in enumerate(numbers)}
    named |= {
        kind: str(uuid.uuid4())
        for kind in (
            "report",
            "upload",
            "job",
            "import",
            "item_id",
            "export",
            "attachment",
            "proof",
        )
    }
    named |= {"photo": "0" * 64, "user": "nobody-at-all", "device": "d-none", "token": "t-none"}
    return named | {"tag": make_code(), "free": make_code()}


def rows_reader(things: dict[str, Any]) -> Callable[[], tuple[str | None, ...]]:
    """What reads the rows as the database has them, of a child its parents' too, in one question
    that the database plans once."""
    rows: list[Model] = list(things.values())
    told = [(t, row.pk) for row in rows for t in (type(row), *type(row)._meta.get_parent_list())]
    parts = ", ".join(
        f'(SELECT t::text FROM "{t._meta.db_table}" t WHERE "{t._meta.pk.column}" = %s)'
        for t, _pk in told
    )
    name = f"rows_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS SELECT {parts}", [pk for _table, pk in told])

    def read() -> tuple[str | None, ...]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXECUTE {name}")
            return tuple(cursor.fetchone())

    return read
