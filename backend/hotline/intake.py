"""Takes in what a citizen told: a matter for each thing that he wants, with its own flow and clocks."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.hotline.desks import get_intake_desk
from backend.hotline.letters import Letter
from backend.hotline.models import HotlineMatter, Nature, name_nature
from backend.hotline.natures import flow_of
from backend.hotline.opened_letters import Attached, open_letter
from backend.hotline.redaction import redact
from backend.hotline.reporters import keep_reporter
from backend.hotline.sealed_identity import Identity
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.links import add_link
from backend.matters.models import Link, Matter
from geo.models import Region
from geo.regions import county_at

_TITLE_LENGTH = 60


def receive_letter(*, actor: User | None, letter: Letter) -> list[HotlineMatter]:
    """Open a matter for each nature of ``letter``, linked with each other (domain rule 22).

    ``actor`` is nobody where the citizen sends it himself. Sent again with the same key it is the
    same matters. Raises Refused: not-allowed (403), letter-changed (409), and 422 account-missing,
    nature-missing, complaint-without-name, place-unknown, desk-missing.
    """
    if actor is not None:
        require_right(actor, Right.RECEIVE_HOTLINE)
    _check_letter(letter)
    region = _get_region_of_letter(actor, letter)
    with transaction.atomic(), attribute_changes_to(actor or letter.sent_by):
        known = list(HotlineMatter.objects.select_for_update().filter(sent_as=letter.key))
        if known:
            return _require_same_letter(known, letter)
        now = clock.now()
        matters = [_open_matter(actor, letter, nature, region, now) for nature in letter.natures]
        for later in matters[1:]:
            add_link(later.matter, Link.Kind.SPLIT_FROM, matters[0].matter)
    return matters


def is_received(key: uuid.UUID) -> bool:
    """Whether a letter with this key of its sender came before."""
    return HotlineMatter.objects.filter(sent_as=key).exists()


def _check_letter(letter: Letter) -> None:
    if not letter.account.strip():
        raise Refused("account-missing", _("Say what happened."), field="account")
    if not letter.natures:
        raise Refused("nature-missing", _("Say what you want of us."), field="natures")
    who = letter.reporter
    if Nature.COMPLAINT in letter.natures and not (who.name and who.phone and who.address):
        # Order 20, article 9: a complaint is settled between two who are known.
        detail = _("A complaint needs your name, phone and address. A report may be anonymous.")
        raise Refused("complaint-without-name", detail, field="name")


def _get_region_of_letter(actor: User | None, letter: Letter) -> Region:
    """The county of the position, else the one that was chosen, else where the operator sits."""
    if letter.position is not None and (found := county_at(letter.position)):
        return found
    code = letter.region or (actor.region_id if actor else None)
    chosen = Region.objects.filter(pk=code).first() if code else None
    if chosen is None:
        detail = _("No county lies there. Choose the county in which it happened.")
        raise Refused("place-unknown", detail, field="region")
    return chosen


def _open_matter(
    actor: User | None, letter: Letter, nature: Nature, region: Region, now: dt.datetime
) -> HotlineMatter:
    child = _build_redacted_matter(letter, nature)
    teller = _reporter_with_redacted_words(letter, child)
    open_letter(
        actor=actor,
        child=child,
        attached=Attached(
            keep_reporter=partial(keep_reporter, identity=teller, confidential=letter.confidential),
            photos=letter.photos,
            about=[letter.unit] if letter.unit else [],
        ),
        title=_title_of_matter(child),
        office=get_intake_desk(actor, region, child.against_office),
        region=region,
        received_at=now,
        flow=flow_of(nature),
        urgency=Matter.Urgency.URGENT if child.important else Matter.Urgency.NORMAL,
        secrecy=Matter.Secrecy.NAMED if nature == Nature.CONDUCT else Matter.Secrecy.OPEN,
        channel=letter.channel,
    )
    return child


def _build_redacted_matter(letter: Letter, nature: Nature) -> HotlineMatter:
    """The row of the kind, in whose texts nothing tells who the reporter is."""
    told = {"account": letter.account, "demand": letter.demand} | dict(letter.facts)
    columns = {
        name: redact(value, letter.reporter) if isinstance(value, str) else value
        for name, value in told.items()
    }
    if nature != Nature.CONDUCT:
        columns.pop("against_office", None)
    return HotlineMatter(
        nature=nature,
        sent_as=letter.key,
        sent_by=letter.sent_by,
        named=bool(letter.reporter.name),
        position=letter.position,
        **columns,
    )


def _reporter_with_redacted_words(letter: Letter, child: HotlineMatter) -> Identity:
    """Who told it, with his own words where those of the matter had to be starred out."""
    who = letter.reporter
    if child.account != letter.account:
        who = replace(who, account=letter.account)
    if child.demand != letter.demand:
        who = replace(who, demand=letter.demand)
    return who


def _title_of_matter(child: HotlineMatter) -> str:
    about = child.product_name or child.against_name or child.account
    return f"{name_nature(child.nature)} {about}"[:_TITLE_LENGTH]


def _require_same_letter(known: list[HotlineMatter], letter: Letter) -> list[HotlineMatter]:
    """The matters of a letter that came before; raises Refused (409) where this one says something else."""
    account = redact(letter.account, letter.reporter)
    if {child.nature for child in known} != set(letter.natures) or known[0].account != account:
        detail = _("This form was sent before with other words. Open it anew to send another.")
        raise Refused("letter-changed", detail, status=409)
    return sorted(known, key=lambda child: child.matter_id)
