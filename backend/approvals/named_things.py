"""What an application names, by its key, among what its sender may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.approvals.attachments import Enclosed
from backend.approvals.models import Certificate
from backend.directory.models import LegalEntity, Membership, Person
from backend.evidence.models import File
from backend.lib.problems import Refused
from backend.units.models import Unit

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Named:
    """The things that a petition names."""

    applicant: LegalEntity
    unit: Unit | None = None
    person: Person | None = None
    certificate: Certificate | None = None


def entities_of(user: User) -> QuerySet[LegalEntity]:
    """The entities that the user acts for."""
    mine = Membership.objects.filter(user=user).values("entity")
    return LegalEntity.objects.filter(pk__in=mine).order_by("name")


def units_of(user: User) -> QuerySet[Unit]:
    """The units that entities of the user use or own."""
    mine = entities_of(user).order_by().values("pk")
    units = Unit.objects.filter(using_entity__in=mine) | Unit.objects.filter(owner__in=mine)
    return units.select_related("category", "region", "using_entity", "owner").order_by("-pk")


def people_of(user: User) -> QuerySet[Person]:
    """Whom entities of the user employ."""
    return Person.objects.filter(employer__in=entities_of(user).order_by().values("pk"))


def get_named_things(
    user: User,
    *,
    applicant: int,
    unit: int | None = None,
    person: int | None = None,
    certificate: int | None = None,
) -> Named:
    """The things of these keys; raises Refused (422) alike for what is not there and what is another's."""
    holder = entities_of(user)
    found = Named(
        applicant=_get_named_row(holder, applicant, "applicant"),
        unit=_find_named_row(units_of(user), unit, "unit"),
        person=_find_named_row(people_of(user), person, "person"),
        certificate=_find_named_row(
            Certificate.objects.filter(holder__in=holder.order_by().values("pk")),
            certificate,
            "certificate",
        ),
    )
    return found


def get_enclosed_files(user: User, sent: list[tuple[str, str]]) -> list[Enclosed]:
    """The PDFs and pictures of these SHA-256 sums that the user has sent, each with its document.

    Raises Refused 422 ``file-unknown``.
    """
    digests = [digest for _document, digest in sent]
    rows = File.objects.scans_sent_by([user.pk]).filter(sha256__in=digests)
    files = {file.sha256: file for file in rows}
    for _document, digest in sent:
        if digest not in files:
            raise Refused("file-unknown", _("Send the file first."), field="files")
    return [Enclosed(document, files[digest]) for document, digest in sent]


def _find_named_row(rows: QuerySet[M], key: int | None, name: str) -> M | None:
    return None if key is None else _get_named_row(rows, key, name)


def _get_named_row(rows: QuerySet[M], key: int, name: str) -> M:
    found = rows.filter(pk=key).first()
    if found is None:
        raise Refused(f"{name}-unknown", _("There is no such thing of yours."), field=name)
    return found
