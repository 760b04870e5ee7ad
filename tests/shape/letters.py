"""What is sent to each route that writes, naming things: the table that the matrix reads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from backend.lib import clock
from backend.lib.months import add_months, month_start
from tests.fieldwork.items import HERE
from tests.inspections.drafting import GENERIC, MOMENT, jpeg
from tests.papers.scenes import FIELDS
from tests.shape.notices import NOTICE

Door = tuple[str, str]
_WHEN = MOMENT.isoformat()
_WHY = {"reason": "核对身份"}
_NEAR = clock.today() + dt.timedelta(days=9)
_DAY = dt.date(2026, 11, 20).isoformat()


def letters(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    """By method and route the bodies that name ``n``; bodies that name nothing are plain."""
    return (
        _rest(n)
        | _papers(n)
        | _documents(n)
        | _calendars(n)
        | _phone(n)
        | _pages(n)
        | _supervised(n)
        | _announcements(n)
    )


def _announcements(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    one, page = "api/v1/announcements/<key:pk>", "desk/announcements/<int:pk>"
    said = {"title": "值班", "body": "请值班。", "matters_until": str(_NEAR)}
    form = said | _WHY | {"key": str(uuid.uuid4()), "importance": "normal"}
    return {
        ("post", "api/v1/announcements"): [
            said | {"office": int(n["desk"]), "offices": [int(n["desk"])]}
        ],
        ("post", f"{one}/correction"): [said | _WHY],
        ("post", f"{one}/opening"): [{}],
        ("post", f"{one}/confirmation"): [{}],
        ("post", f"{one}/withdrawal"): [_WHY],
        ("post", f"{one}/urging"): [{}],
        ("post", f"{page}/confirm/"): [{}],
        ("post", f"{page}/urge/"): [{}],
        ("post", f"{page}/withdraw/"): [_WHY],
        ("post", f"{page}/correct/"): [form],
    }


def _rest(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    unit, trader = int(n["unit"]), int(n["trader"])
    design = {"stage": "design", "happened_on": "2018-01-10", "details": {"designer": "院"}}
    withdrawal = {"stage": "withdrawal", "details": _WHY, "supersedes": int(n["record"])}
    moved = {"stage": "transfer", "happened_on": _DAY}
    entity = {"name": "新公司", "region": "370102"}
    on_unit = {"unit": unit} | _WHY
    plan = {"unit": unit, "kind": "annual", "planned_on": "2027-01-10"}
    return {
        ("post", "api/v1/units"): [
            {"category": "3110", "region": "370102", "address": "1", party: trader}
            for party in ("using_entity", "owner", "maintainer")
        ],
        ("post", "api/v1/applications"): [
            {"kind": "construction-notice", "applicant": int(n["entity"]), "form": NOTICE}
            | {"unit": unit},
        ],
        ("post", "api/v1/applications/<key:pk>/supplement"): [
            {"form": {}, "files": [{"document": "licence", "sha256": n["photo"]}]}
        ],
        ("post", "api/v1/applications/<key:pk>/withdrawal"): [{}],
        ("post", "api/v1/applications/<key:pk>/hearing"): [{}],
        ("post", "api/v1/certificates/<key:pk>/ending"): [_WHY | {"ending": "revoked"}],
        ("post", "api/v1/application-files"): [{}],
        ("post", "api/v1/hotline/letters"): [
            {"natures": ["question"], "account": "电梯多久检一次", "region": "370102", "unit": unit}
        ],
        ("post", "api/v1/hotline/letters/<key:pk>/reporter"): [_WHY],
        ("post", "api/v1/hotline/letters/<key:pk>/papers"): [{"template": "letter-answer"}],
        ("post", "api/v1/matters/<key:pk>/decisions"): [{"decision": "reply"}],
        ("post", "api/v1/matters/<key:pk>/take-back"): [{}],
        ("post", "api/v1/matters/<key:pk>/links"): [{"kind": "about", "unit": unit}],
        ("post", "api/v1/matters/exports"): [{"form": "csv"}],
        ("post", "api/v1/matters/filters"): [{"name": "超期", "asked": {"open": "overdue"}}],
        ("patch", "api/v1/matters/filters/<key:pk>"): [{"name": "别名"}],
        ("delete", "api/v1/matters/filters/<key:pk>"): [{}],
        ("post", "api/v1/assignments/<key:pk>/claim"): [{}],
        ("post", "api/v1/assignments/<key:pk>/release"): [{}],
        ("post", "api/v1/assignments/<key:pk>/hand-over"): [{"person": "mate-370102"}],
        ("post", "api/v1/assignments/<key:pk>/signers"): [{"person": "mate-370102"}],
        ("patch", "api/v1/units/<key:pk>"): [{"maintainer": trader}],
        ("post", "api/v1/units/<key:unit>/records"): [
            design | {"evidence": [n["photo"]]},
            withdrawal,
            moved | {"details": {"kind": "user", "to_entity": trader}},
        ],
        ("post", "api/v1/entities/<key:entity>/memberships"): [{"user": n["user"]}],
        ("delete", "api/v1/entities/<key:entity>/memberships/<key:pk>"): [{}],
        ("post", "api/v1/invitations/<key:pk>/acceptance"): [{}],
        ("delete", "api/v1/invitations/<key:pk>"): [{}],
        ("post", "api/v1/entities"): [entity],
        ("patch", "api/v1/entities/<key:pk>"): [{"address": "2"}],
        ("post", "api/v1/entities/<key:pk>/disclosures"): [_WHY],
        ("post", "api/v1/accounts"): [
            {"username": "opened", "role": "enterprise", "entity": trader},
        ],
        ("patch", "api/v1/accounts/<key:pk>"): [{"name": "名"}],
        ("post", "api/v1/accounts/<key:pk>/password-reset"): [{}],
        ("post", "api/v1/accounts/<key:pk>/sign-outs"): [{}],
        ("delete", "api/v1/accounts/<key:pk>/devices/<str:device_id>"): [{}],
        ("post", "api/v1/accounts/<key:pk>/closing"): [{}],
        ("post", "api/v1/accounts/<key:pk>/opening"): [{}],
        ("post", "api/v1/offices"): [
            {"parent": int(n["desk"]), "code": "NEW-1", "name": "新科"},
        ],
        ("post", "api/v1/offices/<key:pk>/closing"): [{"successor": int(n["desk"])}],
        ("post", "api/v1/posts"): [
            {"user": int(n["account"]), "office": int(n["desk"]), "role": "clerk"},
        ],
        ("post", "api/v1/posts/<key:pk>/ending"): [{}],
        ("post", "api/v1/posts/<key:pk>/substitutions"): [
            _WHY
            | {"substitute": int(n["account"]), "starts_on": str(_NEAR), "ends_on": str(_NEAR)},
        ],
        ("delete", "api/v1/substitutions/<key:pk>"): [{}],
        ("post", "api/v1/absences"): [
            {"person": int(n["account"]), "starts_on": str(_NEAR), "ends_on": str(_NEAR)}
            | {"reason": "sick-leave"},
        ],
        ("post", "api/v1/absences/<key:pk>/ending"): [{}],
        ("post", "api/v1/tokens"): [{"name": "p", "scopes": ["units"], "ends_on": str(_NEAR)}],
        ("delete", "api/v1/tokens/<str:name>"): [{}],
        ("post", "api/v1/people"): [{"name": "张三", "employer": trader}],
        ("post", "api/v1/people/<key:pk>/disclosures"): [_WHY],
        ("post", "api/v1/tags/batches"): [{"count": 1}],
        ("post", "api/v1/tags/<tag:code>/binding"): [{"unit": unit}],
        ("post", "api/v1/tags/<tag:code>/replacement"): [on_unit],
        ("post", "api/v1/tags/<tag:code>/retirement"): [_WHY],
        ("post", "api/v1/label-jobs"): [{"batch": int(n["batch"])}, {"codes": [n["tag"]]}],
        ("post", "api/v1/imports"): [{}],
        ("post", "api/v1/imports/trial"): [{}],
        ("post", "api/v1/import-mappings"): [{}],
        ("delete", "api/v1/import-mappings/<key:pk>"): [{}],
        ("post", "api/v1/held-items/<key:pk>/settle"): [{}],
        ("post", "api/v1/cases/<key:pk>/close"): [{"verdict": "核实无误"}],
        ("post", "api/v1/tasks"): [plan | {"assignee": "lin"}],
        ("patch", "api/v1/tasks/<key:pk>"): [{"planned_on": "2027-01-12"}],
        ("post", "api/v1/tasks/<key:pk>/announcement"): [{}],
        ("post", "api/v1/tasks/<key:pk>/cancellation"): [_WHY],
        ("post", "api/v1/nearby/area"): [{}],
        ("put", "api/v1/holiday-years/<key:year>"): [{}],
        ("post", "api/v1/notifications/<key:pk>/reading"): [{}],
        ("put", "api/v1/notification-wishes"): [{"language": "en", "stopped": []}],
        ("put", "api/v1/contact"): [{"work_phone": "", "work_mail": "", "mobile": ""}],
        ("post", "api/v1/address-book/<key:pk>/mobile"): [_WHY],
    }


def _papers(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    office, paper = int(n["office"]), "api/v1/papers/<key:pk>"
    sent = {"kind": "post", "recipient": "某", "sent_on": str(clock.today())}
    served = {"state": "served", "served_on": str(clock.today())}
    sending = {
        "paper": int(n["paper"]), "sender_office": office, "receiver_offices": [int(n["section"])],
    }  # fmt: skip
    words = {"template": "complaint-acceptance", "addressee": "某", "fields": FIELDS}
    return {
        ("post", "api/v1/papers"): [{"office": office} | words],
        ("patch", paper): [{"addressee": "某"}],
        ("post", f"{paper}/registration"): [{"series": int(n["series"])}],
        ("post", f"{paper}/issue"): [{}],
        ("post", f"{paper}/replacement"): [{}],
        ("post", f"{paper}/withdrawal"): [_WHY],
        ("post", "api/v1/papers/<key:paper>/services"): [sent],
        ("post", "api/v1/papers/<key:paper>/services/<key:pk>/outcome"): [
            served,
            served | {"proof": n["photo"]},
        ],
        ("post", "api/v1/distributions"): [sending],
        ("post", "api/v1/distributions/<key:pk>/urging"): [{}],
        ("post", "api/v1/deliveries/<key:pk>/opening"): [{}],
        ("post", "api/v1/deliveries/<key:pk>/signature"): [{}],
        ("post", "api/v1/deliveries/<key:pk>/return"): [_WHY],
        ("post", "api/v1/deliveries/<key:pk>/recall"): [{}],
        ("post", "api/v1/deliveries/<key:pk>/registration"): [{}],
        ("post", "api/v1/incoming"): [{"office": int(n["desk"]), "title": "函", "sender": "某局"}],
        ("post", "desk/deliveries/<int:pk>/registration/"): [{}],
        ("post", "api/v1/deliveries/<key:pk>/redistribution"): [
            {"receiver_offices": [int(n["desk"])]}
        ],
        ("post", "api/v1/paper-series"): [{"office": office, "word": "某市监发"}],
        ("post", "papers/<int:pk>/edit/"): [{"addressee": "某"} | FIELDS],
        ("post", "papers/<int:pk>/send/"): [
            {"key": str(uuid.uuid4()), "sender_office": office, "offices": [n["section"]]}
        ],
        ("post", "desk/deliveries/sent/<int:pk>/urge/"): [{}],
        ("post", "desk/deliveries/<int:pk>/opening/"): [{}],
        ("post", "desk/deliveries/<int:pk>/signature/"): [{}],
        ("post", "desk/deliveries/<int:pk>/return/"): [_WHY],
        ("post", "desk/deliveries/<int:pk>/recall/"): [{}],
        ("post", "desk/deliveries/<int:pk>/pass-on/"): [
            {"key": str(uuid.uuid4()), "offices": [n["desk"]]}
        ],
        ("post", "papers/<int:pk>/register/"): [{"series": n["series"]}],
        ("post", "papers/<int:pk>/issue/"): [{}],
        ("post", "papers/<int:pk>/replace/"): [{}],
        ("post", "papers/<int:pk>/withdraw/"): [_WHY],
        ("post", "papers/<int:pk>/serve/"): [sent],
        ("post", "papers/<int:pk>/services/<int:service>/settle/"): [served],
    }


def _documents(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    document, page = "api/v1/documents/<key:pk>", "desk/documents/<int:pk>"
    draft = {"kind": "notice", "direction": "down", "title": "通知", "main": [{"name": "某"}]}
    keyed = {"key": str(uuid.uuid4()), "version": 2}  # a file was attached
    form = keyed | draft | {
        "main": "某", "urgency": "normal", "retention": "10", "secrecy": "open",
    }  # fmt: skip
    return {
        ("post", "api/v1/documents"): [draft | {"office": int(n["office"])}],
        ("patch", document): [{"note": "某"}],
        ("post", f"{document}/attachments"): [{}],
        ("delete", f"{document}/attachments/<uuid:attachment>"): [{}],
        ("post", f"{page}/edit/"): [form],
        ("post", f"{page}/attachments/<uuid:attachment>/remove/"): [form],
    }


def _supervised(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    order = {"title": "整治", "what": "逐台整改", "lead": "S370102", "unit": int(n["unit"])}
    return {
        ("post", "api/v1/supervised-tasks"): [order],
        ("post", "api/v1/supervised-tasks/<key:pk>/proofs"): [{}],
    }


def _calendars(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    office, roster = int(n["office"]), "api/v1/duty-rosters/<key:pk>"
    time = {"starts_at": f"{_NEAR}T09:00:00+08:00", "ends_at": f"{_NEAR}T10:00:00+08:00"}
    named = {"leaders": [int(n["head"])], "people": [int(n["account"])]}
    month = add_months(month_start(clock.today()), 3)
    return {
        ("post", "api/v1/meeting-rooms"): [{"office": office, "name": "二楼"}],
        ("delete", "api/v1/meeting-rooms/<key:pk>"): [{}],
        ("post", "api/v1/meetings"): [
            {"office": office, "title": "会", "place": "三楼"} | time,
            {"office": office, "title": "会", "room": int(n["room"])} | time,
        ],
        ("patch", "api/v1/meetings/<key:pk>"): [{"agenda": "一"}],
        ("post", "api/v1/meetings/<key:pk>/move"): [_WHY | time | {"place": "三楼"}],
        ("post", "api/v1/meetings/<key:pk>/cancellation"): [_WHY],
        ("post", "api/v1/meetings/<key:pk>/answer"): [{"answer": "comes"}],
        ("post", "api/v1/meetings/<key:meeting>/participants"): [{"offices": [office]}],
        ("post", "api/v1/duty-shifts"): [
            {"office": office, "name": "夜班", "begins": "17:00", "hours": 15, "people": 1}
        ],
        ("delete", "api/v1/duty-shifts/<key:pk>"): [{}],
        ("put", "api/v1/duty-desks/<key:office>"): [{"phone": "0531-12345678"}],
        ("post", "api/v1/duty-rosters"): [{"office": office, "month": str(month)}],
        ("post", f"{roster}/filling"): [named],
        ("put", f"{roster}/duties"): [
            named | {"day": str(add_months(month, -1)), "shift": int(n["shift"])}
        ],
        ("post", f"{roster}/publication"): [{}],
        ("post", "api/v1/duties/<key:pk>/swaps"): [{"other": int(n["other_duty"])}],
        ("post", "api/v1/duty-swaps/<key:pk>/agreement"): [{}],
        ("post", "api/v1/duty-swaps/<key:pk>/refusal"): [{}],
        ("put", "api/v1/calendar-feed"): [{}],
        ("delete", "api/v1/calendar-feed"): [{}],
        ("post", "desk/meetings/<int:pk>/answer/"): [{"answer": "comes"}],
        ("post", "desk/meetings/<int:pk>/cancel/"): [_WHY],
        ("post", "desk/meeting-rooms/<int:pk>/close/"): [{}],
        ("post", "desk/duty/rosters/<int:pk>/publish/"): [{}],
        ("post", "desk/duty/shifts/<int:pk>/end/"): [{}],
        ("post", "desk/duty/<int:pk>/swap/"): [{"other": n["other_duty"]}],
        ("post", "desk/duty/swaps/<int:pk>/agree/"): [{}],
        ("post", "desk/duty/swaps/<int:pk>/refuse/"): [{}],
    }


def _phone(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    unit = int(n["unit"])
    report = {
        "checklist": "generic", "checklist_version": 1, "kind": "periodic", "answers": GENERIC,
        "conclusion": "pass", "device_time": _WHEN, "position": HERE,
    }  # fmt: skip
    decided = {"matter": int(n["matter"]), "version": 1, "decision": "reply", "remark": "已复"}
    decision = {"id": "0c2f4a52-6f0d-4b7c-9d0a-7a1d4d1f0a02", "type": "decision", "body": decided}
    taken_back = {"matter": int(n["matter"]), "version": 1, "remark": "误办"}
    undone = {"id": "0c2f4a52-6f0d-4b7c-9d0a-7a1d4d1f0a03", "type": "take-back", "body": taken_back}
    item = {"id": "0c2f4a52-6f0d-4b7c-9d0a-7a1d4d1f0a01", "type": "report", "made_at": _WHEN}
    return {
        ("post", "mobile/v1/sign-in"): [{}],
        ("post", "mobile/v1/sign-out"): [{}],
        ("delete", "mobile/v1/devices/<str:device_id>"): [{}],
        ("post", "mobile/v1/scans"): [{"raw": "3110"}],
        ("put", "mobile/v1/photos/<str:sha256>"): [jpeg(77)],
        ("post", "mobile/v1/outbox"): [{"items": [item | {"body": report | {"unit": unit}}]}],
        ("post", "mobile/v1/decisions"): [{"items": [decision]}, {"items": [undone]}],
        ("post", "mobile/v1/receipts"): [{"ids": [n["item_id"]]}],
        ("post", "mobile/v1/uploads"): [b""],
        ("patch", "mobile/v1/uploads/<uuid:upload>"): [b"12345"],
        ("delete", "mobile/v1/uploads/<uuid:upload>"): [b""],
        ("put", "mobile/v1/reports/<uuid:report>"): [report | {"unit": unit}],
    }


def _pages(n: Mapping[str, str]) -> dict[Door, list[Any]]:
    plan = {"assignee": n["user"], "kind": "periodic", "planned_on": "2027-01-10"}
    keyed = {"key": str(uuid.uuid4())}
    return {
        ("post", "units/<int:pk>/plan/"): [plan],
        ("post", "tasks/<int:pk>/move/"): [{k: plan[k] for k in ("assignee", "planned_on")}],
        ("post", "tasks/<int:pk>/announce/"): [{}],
        ("post", "tasks/<int:pk>/cancel/"): [_WHY],
        ("post", "devices/<str:device_id>/end/"): [{}],
        ("post", "invitations/<int:pk>/accept/"): [{}],
        ("post", "administration/accounts/<int:pk>/password/"): [{}],
        ("post", "administration/accounts/<int:pk>/close/"): [{}],
        ("post", "administration/accounts/<int:pk>/devices/<str:device_id>/end/"): [{}],
        ("post", "imports/mappings/<int:pk>/end/"): [{}],
        ("post", "desk/units/<int:pk>/tag/"): [keyed | {"code": n["free"]} | _WHY],
        ("post", "desk/tags/<str:code>/"): [_WHY],
        ("post", "desk/tags/batches/<int:pk>/"): [
            keyed | {"grid": "3x8", "skip": 0, "dx": 0, "dy": 0}
        ],
        ("post", "desk/held-items/<int:pk>/"): [{}],
        ("post", "desk/cases/<int:pk>/"): [{"verdict": "手机时间错"}],
        ("post", "desk/month/"): [{"units": [n["unit"]], **plan}],
        ("post", "administration/accounts/<int:pk>/posts/"): [
            {"office": "S370102", "role": "clerk", "starts_on": str(_NEAR)},
        ],
        ("post", "administration/posts/<int:pk>/end/"): [{}],
        ("post", "posts/<int:pk>/substitute/"): [
            _WHY | {"substitute": n["account"], "starts_on": str(_NEAR), "ends_on": str(_NEAR)},
        ],
        ("post", "substitutions/<int:pk>/end/"): [{}],
        ("post", "desk/absences/<int:pk>/end/"): [{}],
        ("post", "administration/accounts/<int:pk>/absence/"): [
            {"starts_on": str(_NEAR), "ends_on": str(_NEAR), "reason": "sick-leave"},
        ],
        ("post", "notifications/<int:pk>/read/"): [{}],
        ("post", "desk/hotline/<int:pk>/join/"): [keyed | {"version": "1", "lead": n["letter"]}],
        ("post", "desk/hotline/<int:pk>/paper/"): [
            keyed | {"version": "1", "template": "letter-answer"}
        ],
        ("post", "desk/filters/<int:pk>/rename/"): [{"name": "别名"}],
        ("post", "desk/filters/<int:pk>/delete/"): [{}],
        ("post", "applications/<int:pk>/supply/"): [keyed | {"version": 1}],
        ("post", "applications/<int:pk>/withdraw/"): [keyed | {"version": 1}],
        ("post", "applications/<int:pk>/hearing/"): [keyed | {"version": 1}],
        ("post", "certificates/<int:pk>/end/"): [_WHY | {"ending": "revoked"}],
    }
