"""Who exists: authorities, legal entities, inspection bodies, people."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Left, Upper
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Role, User
from backend.accounts.rights import Right, jurisdiction_filter_empty_as_province, may
from backend.directory.name_search import LetterPairs, name_contains
from backend.events import triggers
from backend.lib import clock
from backend.lib.append_only import append_only_trigger
from backend.lib.identifiers.masking import mask_name, mask_phone
from geo.models import CITY_DIGITS, Region, within_region_by_city


class LegalEntityQuerySet(models.QuerySet["LegalEntity"]):
    """Queries for legal entities, limited by who may see them."""

    def visible_to(self, user: User) -> LegalEntityQuerySet:
        """The entities in the user's jurisdiction, or those that the user acts for."""
        if user.role == Role.ENTERPRISE:
            return self.filter(pk__in=Membership.objects.filter(user=user).values("entity"))
        return self.filter(jurisdiction_filter_empty_as_province(user, "region_id"))

    def nameable_by(self, user: User) -> LegalEntityQuerySet:
        """The entities that the user may name in a fact: anywhere, and the natural persons that he sees."""
        mine = LegalEntity.objects.visible_to(user).values("pk")
        return self.filter(models.Q(natural_person=False) | models.Q(pk__in=mine))

    def with_name(self, text: str) -> LegalEntityQuerySet:
        """Those whose name holds ``text``; a natural person answers to the whole name only, so that
        nobody finds out letter by letter what is masked."""
        whole = models.Q(natural_person=False) | models.Q(name=text)
        return self.filter(name_contains(text)).filter(whole)


class PersonQuerySet(models.QuerySet["Person"]):
    """Queries for people, limited by who may see them."""

    def visible_to(self, user: User) -> PersonQuerySet:
        """The people employed in the user's jurisdiction, or by the entities that the user acts for."""
        if user.role == Role.ENTERPRISE:
            return self.filter(employer__in=Membership.objects.filter(user=user).values("entity"))
        return self.filter(
            jurisdiction_filter_empty_as_province(
                user, "region_id", lies_within=within_region_by_city
            )
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Authority(models.Model):
    """A supervising authority (监管机构) in the tree of three levels; not a region."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")

    code = models.CharField(max_length=12, unique=True, db_collation="C")
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=8, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="authorities")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "authorities"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


@pgtrigger.register(
    *triggers.entity_triggers(),
    pgtrigger.Trigger(
        name="take_people_along",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func="""
            UPDATE directory_person SET region_id = n.region_id
              FROM new_rows n JOIN old_rows o USING (id)
             WHERE directory_person.employer_id = n.id AND n.region_id IS DISTINCT FROM o.region_id;
            RETURN NULL;
        """,
    ),
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class LegalEntity(models.Model):
    """A unit of the legal-entity library (法人单位基础信息库), or a natural person who acts as one."""

    name = models.CharField(max_length=120)
    uscc = models.CharField(
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        db_collation="C",
        help_text="Unified social credit code, GB 32100-2015",
    )
    organisation_code = models.CharField(max_length=10, blank=True, help_text="Before 2015")
    natural_person = models.BooleanField(default=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)

    objects = LegalEntityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "legal entities"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["name"]),
            models.Index(fields=["region", "id"]),
            GinIndex(LetterPairs("name"), name="entity_name_pairs"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name as anybody may read it: a natural person's is masked."""
        return mask_name(self.name) if self.natural_person else self.name

    @property
    def shown_phone(self) -> str:
        """The phone as anybody may read it: a natural person's is masked."""
        return mask_phone(self.phone) if self.natural_person else self.phone


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class InspectionBody(models.Model):
    """An entity approved to inspect (检验机构核准, TSG Z7001)."""

    entity = models.OneToOneField(LegalEntity, on_delete=models.PROTECT, primary_key=True)
    approval_no = models.CharField(max_length=30, unique=True)
    approved_until = models.DateField(null=True, blank=True)
    kinds = models.CharField(
        max_length=10, blank=True, help_text="First characters of the kinds covered, e.g. 34"
    )

    class Meta:
        verbose_name_plural = "inspection bodies"

    def __str__(self) -> str:
        return self.approval_no


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    exclude=["region"],
)
@pgtrigger.register(
    # The employer is locked: whoever moves it meanwhile waits, and then takes this person along.
    pgtrigger.Trigger(
        name="stand_with_employer",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            NEW.region_id = (SELECT region_id FROM directory_legalentity
                              WHERE id = NEW.employer_id FOR SHARE);
            RETURN NEW;
        """,
    ),
)
class Person(models.Model):
    """A natural person: safety officer, operator, inspector. Shown masked; see ``disclosure``.

    ``region`` is the employer's, kept by the database: lists of people are narrowed by it.
    """

    name = models.CharField(max_length=60)
    resident_id = models.CharField(
        max_length=18, null=True, blank=True, unique=True, db_collation="C"
    )
    phone = models.CharField(max_length=20, blank=True)
    employer = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["region", "id"], name="person_county_newest"),
            models.Index(Left("region", CITY_DIGITS), "id", name="person_city_newest"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


def _kept_by(user: User) -> models.Q:
    """The condition for what hangs on an ``entity`` where ``user`` keeps the directory."""
    keeps = Right.MANAGE_DIRECTORY
    return jurisdiction_filter_empty_as_province(user, "entity__region_id", right=keeps)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Queries for memberships, limited by who may see them."""

    def visible_to(self, user: User) -> MembershipQuerySet:
        """The user's own memberships; for those who keep the directory, all of the entities they may see."""
        if not may(user, Right.MANAGE_DIRECTORY):
            return self.filter(user=user)
        return self.filter(_kept_by(user))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Membership(models.Model):
    """A user acts for an entity (enterprise, maintainer, inspection body)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="memberships")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "entity"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.entity_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by who may see them."""

    def open_to(self, user: User) -> InvitationQuerySet:
        """Those that ``user`` himself may accept today."""
        return self.filter(username__iexact=user.username, ends_at__gt=clock.now())

    def visible_to(self, user: User) -> InvitationQuerySet:
        """The user's own; to those who keep the directory, all of the entities they may see."""
        mine = models.Q(pk__in=self.open_to(user).values("pk"))
        if may(user, Right.MANAGE_DIRECTORY):
            mine |= _kept_by(user)
        return self.filter(mine)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Invitation(models.Model):
    """Somebody is asked to act for an entity, by the name he signs in with, be there such a one or
    not. His consent makes it a membership; it ends by itself."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="invitations")
    username = models.CharField(max_length=150)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(Upper("username"), name="invitation_of_name"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["entity", "username"], name="one_invitation")
        ]

    def __str__(self) -> str:
        return f"{self.username} for {self.entity_id}"


class PersonalDataLookQuerySet(models.QuerySet["PersonalDataLook"]):
    """Queries for looks at personal data, limited by who may read of them."""

    def visible_to(self, user: User) -> PersonalDataLookQuerySet:
        """For auditors, the looks of all users of their jurisdiction; for others, their own."""
        if not may(user, Right.READ_LOOKS):
            return self.filter(user=user)
        return self.filter(
            models.Q(user=user)
            | jurisdiction_filter_empty_as_province(user, "user__region_id", right=Right.READ_LOOKS)
        )


@pgtrigger.register(append_only_trigger())
class PersonalDataLook(models.Model):
    """One look at somebody's unmasked data: who looked, at whom, why and when. Append-only."""

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looks", null=True)
    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="looks", null=True
    )
    account = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="looks_at_account",
        null=True,
        help_text="Whose own number in the address book was looked at",
    )
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = PersonalDataLookQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["at"], name="look_at")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(person=None, entity=None, account__isnull=False)
                | models.Q(person=None, entity__isnull=False, account=None)
                | models.Q(person__isnull=False, entity=None, account=None),
                name="look_at_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at}"
