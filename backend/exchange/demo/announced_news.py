"""What offices of the demonstration told their people: read by some, confirmed, corrected, withdrawn."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from backend.accounts.models import User
from backend.announcements.actions import (
    correct_announcement,
    publish_announcement,
    withdraw_announcement,
)
from backend.announcements.audience import Audience
from backend.announcements.models import Announcement
from backend.announcements.receipts import confirm_announcement, note_seen
from backend.announcements.urge import urge_missing
from backend.announcements.wording import Wording
from backend.directory.models import Authority
from backend.exchange.demo.official_documents import children_of, office_in
from backend.lib import clock

_BELOW = (Authority.Level.CITY, Authority.Level.COUNTY)
_DUTY = """各市、县（区）市场监督管理局：
一、节假日期间实行领导带班和二十四小时值班制度，值班电话保持畅通。
二、发生特种设备事故或者电梯困人的，三十分钟内电话报告省局值班室。
三、请各单位收到后确认。"""
_DRILL = """济南市局定于下周在泉城广场开展电梯应急救援演练，请各区县局派员观摩。"""
_SYSTEM = """本系统将于本周六22时至24时升级，期间不能使用。现场检查请提前下载任务。"""


def publish_announcements(people: dict[str, User]) -> None:
    """The province asks for a confirmation that some have given, and told all of an upgrade, which they
    read; 济南 corrected one announcement and withdrew another."""
    duty = _publish(
        people["clerk3"], "370000", "关于做好节假日值班工作的通知", _DUTY, to_all=True, confirm_in=7
    )
    for reader in ("leader", "clerk", "clerk2", "clerk4", "supervisor"):
        note_seen(actor=people[reader], announcement=duty.pk)
    for reader in ("leader", "clerk2", "handler2"):
        confirm_announcement(actor=people[reader], announcement=duty.pk)
    urge_missing(actor=people["clerk3"], announcement=duty.pk)
    upgrade = _publish(people["leader3"], "370000", "关于系统升级的公告", _SYSTEM, to_all=True)
    for person in people.values():
        note_seen(actor=person, announcement=upgrade.pk)
    drill = _publish(people["clerk"], "370100", "关于观摩电梯应急救援演练的通知", _DRILL)
    correct_announcement(
        actor=people["clerk"], announcement=drill.pk, reason="地点有变",
        wording=_word(drill.title, _DRILL.replace("泉城广场", "奥体中心"), None), key=uuid.uuid4(),
    )  # fmt: skip
    early = _publish(people["clerk"], "370100", "关于报送三季度报表的通知", "请于本周五前报送。")
    note_seen(actor=people["clerk2"], announcement=early.pk)
    withdraw_announcement(
        actor=people["clerk"], announcement=early.pk, reason="报表已由系统自动生成，不再报送"
    )


def _publish(
    actor: User, region: str, title: str, body: str, *, to_all: bool = False,
    confirm_in: int | None = None,
) -> Announcement:  # fmt: skip
    """To the office itself and all right below, or to all cities and counties."""
    office = office_in(region)
    below: Sequence[int] = [] if to_all else [one.pk for one in children_of(office)]
    made, _new = publish_announcement(
        actor=actor, office=office.pk, wording=_word(title, body, confirm_in), key=uuid.uuid4(),
        audience=Audience(offices=[office.pk, *below], levels=_BELOW if to_all else ()),
    )  # fmt: skip
    return made


def _word(title: str, body: str, confirm_in: int | None) -> Wording:
    today = clock.today()
    asks = confirm_in is not None
    return Wording(
        title, body, today + dt.timedelta(days=30),
        today + dt.timedelta(days=confirm_in) if confirm_in is not None else None,
        Announcement.Importance.IMPORTANT if asks else Announcement.Importance.NORMAL,
    )  # fmt: skip
