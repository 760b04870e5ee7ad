"""Who told a letter, who looked at him, and what was said to staff end by rules; no period is made up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from backend.hotline.models import Reporter, ReporterLook
from backend.hotline.reporters import reveal_reporter
from backend.lib import clock
from backend.matters.models import Matter
from backend.notifications.models import Kind, Message, Notification
from backend.retention.models import RetentionRule
from backend.retention.rule_files import load_retention_rules
from backend.retention.tasks import apply_retention_rules
from tests.hotline.cast import HotlineCast

pytestmark = pytest.mark.django_db
OWN = """
[[rule]]
code = "{subject}-of-our-own"
subject = "{subject}"
months = 12
valid_from = 2021-11-01
source = "Decision of the authority"
confidence = "D"
"""


def ago(months: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=31 * months)


@pytest.fixture
def own_rules(tmp_path: Path, settings: Any) -> None:
    """An authority with periods of its own."""
    file = tmp_path / "rules.toml"
    file.write_text("".join(OWN.format(subject=name) for name in ("reporters", "notifications")))
    settings.RETENTION_RULES_FILE = str(file)


def tell(cast: HotlineCast, closed: int | None) -> Reporter:
    """The reporter of a letter that was closed so many months ago, or is open."""
    [child] = cast.send()
    Matter.objects.filter(pk=child.pk).update(closed_at=None if closed is None else ago(closed))
    return child.reporter


def say(cast: HotlineCast, months: int) -> Notification:
    said = Notification.objects.create(
        recipient=cast.clerk, kind=Kind.ASSIGNED, number="1", made_at=ago(months)
    )
    Message.objects.create(notification=said, channel="mail", not_before=said.made_at)
    return said


def test_who_told_a_letter_ends_with_the_period_of_the_authority_after_its_close(
    hotline_cast: HotlineCast, own_rules: None
) -> None:
    cast = hotline_cast
    load_retention_rules()
    Notification.objects.update(made_at=clock.now())
    old, fresh, still_open = (tell(cast, closed) for closed in (13, 11, None))
    said = [say(cast, months) for months in (13, 11)]
    assert apply_retention_rules() == {
        "notifications-of-our-own": 1,
        "reporters-of-our-own": 1,
    }
    for reporter in (old, fresh, still_open):
        reporter.refresh_from_db()
    assert (old.identity, old.phone_digest) == (None, "")
    assert fresh.identity
    assert still_open.identity
    assert Matter.objects.filter(pk=old.pk).exists()
    assert not Notification.objects.filter(pk=said[0].pk).exists()
    assert Message.objects.filter(notification=said[1]).exists()
    assert apply_retention_rules() == {}


def test_without_a_period_of_the_authority_they_stay(hotline_cast: HotlineCast) -> None:
    load_retention_rules()
    reporter, said = tell(hotline_cast, 400), say(hotline_cast, 400)
    assert apply_retention_rules() == {}
    reporter.refresh_from_db()
    assert reporter.identity
    assert Notification.objects.filter(pk=said.pk).exists()
    assert not RetentionRule.objects.filter(subject__in=("reporters", "notifications")).exists()


def test_looks_at_reporters_end_after_three_years(hotline_cast: HotlineCast) -> None:
    cast = hotline_cast
    load_retention_rules()
    [child] = cast.send()
    reveal_reporter(actor=cast.operator, matter=child, reason="回访")
    for months in (37, 35):
        ReporterLook.objects.create(user=cast.operator, matter=child, reason="核实", at=ago(months))
    assert apply_retention_rules() == {"reporter-looks-36-months": 1}
    assert ReporterLook.objects.count() == 2
