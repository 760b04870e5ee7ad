"""Checks a draft by the rules that hold for its kind, its direction and its secrecy (domain 10.1)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Role
from backend.documents.models import Document, DraftRule, Party, Secrecy
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.seats import holders_of


def check_draft(document: Document) -> None:
    """Raises Refused (422) by the first rule of today that the draft breaks, with what to do."""
    for rule in rules_for(document):
        CHECKS[rule.checked_by](document, rule)
    if document.secrecy == Secrecy.OPEN and not document.body.strip():
        raise Refused("body-missing", _("Write the text."), field="body")


def rules_for(document: Document) -> list[DraftRule]:
    """The rules of today for a document as this one."""
    rows = DraftRule.objects.in_force(clock.today())
    return list(
        rows.filter(
            Q(kind__in=("", document.kind.code)),
            Q(direction__in=("", document.direction)),
            Q(secrecy__in=("", document.secrecy)),
        )
    )


def refuse_signer_without_post(document: Document) -> None:
    """Refuse (422 ``signer-unfit``) where the one named as signer is no leader of the office today."""
    if document.signer_id is None:
        return
    leaders = holders_of(document.matter.office_id, [Role.LEADER])
    if not leaders.filter(pk=document.signer_id).exists():
        told = _("%(who)s holds no leader's post in this office today. Name another signer.")
        raise Refused("signer-unfit", told % {"who": document.signer}, field="signer")


def _check_direction(document: Document, _rule: DraftRule) -> None:
    if document.direction not in document.kind.directions:
        told = _("A %(kind)s does not go that way. Choose another kind or direction.")
        raise Refused("direction-unfit", told % {"kind": document.kind.name}, field="direction")


def _check_main_recipient(document: Document, rule: DraftRule) -> None:
    if document.kind.code not in rule.words and not _count_main_parties(document):
        raise Refused("recipient-missing", _("Name a main recipient."), field="main")


def _check_most_recipients(document: Document, rule: DraftRule) -> None:
    if rule.most is not None and _count_main_parties(document) > rule.most:
        told = _("A %(kind)s goes to one main recipient. Let the others have copies.")
        raise Refused("recipients-too-many", told % {"kind": document.kind.name}, field="main")


def _check_most_matters(document: Document, rule: DraftRule) -> None:
    others = document.matter.links.filter(other__isnull=False).count()
    if rule.most is not None and others > rule.most:
        told = _("A %(kind)s is about one matter. Write one for each of those linked here.")
        raise Refused("matters-too-many", told % {"kind": document.kind.name}, field="links")


def _check_words(document: Document, rule: DraftRule) -> None:
    text = document.title + "\n" + document.body.replace(",", "，")
    for words in rule.words:
        if words in text:
            told = _("A %(kind)s asks for nothing: “%(words)s”. Write a request of its own (请示).")
            facts = {"kind": document.kind.name, "words": words}
            raise Refused("request-in-report", told % facts, field="body")


def _check_signer(document: Document, _rule: DraftRule) -> None:
    if document.signer_id is None:
        told = _("What goes up names its signer (签发人). Choose a leader of the office.")
        raise Refused("signer-missing", told, field="signer")


def _check_secret_years(document: Document, rule: DraftRule) -> None:
    years = document.secret_years
    if rule.most is not None and (years is None or not 1 <= years <= rule.most):
        told = _("Say for how many years it is secret: %(most)d at most.")
        raise Refused("secret-years-wrong", told % {"most": rule.most}, field="secret_years")


def _count_main_parties(document: Document) -> int:
    return document.parties.filter(part=Party.Part.MAIN).count()


CHECKS: dict[str, Callable[[Document, DraftRule], None]] = {
    "direction-of-kind": _check_direction,
    "main-recipient": _check_main_recipient,
    "most-recipients": _check_most_recipients,
    "most-matters": _check_most_matters,
    "words-barred": _check_words,
    "signer-named": _check_signer,
    "most-secret-years": _check_secret_years,
}
"""The checks that rules may name."""
