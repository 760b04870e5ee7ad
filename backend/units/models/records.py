"""Lifecycle records: typed, append-only, one timeline for each unit.

``Record`` holds what every stage shares and is the timeline; each stage adds its own table
(multi-table inheritance). The database refuses update and delete; a correction is a new record
that ``supersedes``, and a withdrawal one that supersedes with nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.directory.models import Authority, LegalEntity
from backend.events import triggers
from backend.evidence.models import File
from backend.lib.append_only import append_only_trigger, append_only_triggers_but
from backend.units.models.unit import Unit
from geo.models import Region


class Stage(models.TextChoices):
    """The stages of the lifecycle."""

    DESIGN = "design", _("design")
    MANUFACTURE = "manufacture", _("manufacture")
    INSTALLATION = "installation", _("installation")
    REGISTRATION = "registration", _("use registration")
    INSPECTION = "inspection", _("inspection")
    REPAIR = "repair", _("repair or modification")
    ACCIDENT = "accident", _("accident")
    TRANSFER = "transfer", _("transfer")
    STOP = "stop", _("stop or restart")
    SCRAP = "scrap", _("scrapping or cancellation")
    WITHDRAWAL = "withdrawal", _("withdrawal of a record")


@pgtrigger.register(*append_only_triggers_but("region"), *triggers.record_triggers())
class Record(models.Model):
    """What happened to a unit: the part that all stages share."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="records")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    happened_on = models.DateField()
    stands_at = models.DateTimeField(
        editable=False,
        help_text="Its place in its day: the moment where known, else when it was first filed",
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        db_index=False,
        help_text="Where the unit was on that day; follows from its relocations",
    )
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False)
    device = models.CharField(max_length=64, blank=True, help_text="Phone or system it came from")
    client_id = models.UUIDField(unique=True, null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the filed content")
    remark = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="The first of its chain of corrections, whose place it takes; none: itself",
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["unit", "-happened_on", "-id"]),
            models.Index(
                fields=["happened_on", "region"],
                condition=models.Q(stage="accident"),
                name="record_accident",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.unit_id} on {self.happened_on}"


@pgtrigger.register(append_only_trigger())
class RecordEvidence(models.Model):
    """A photo or paper that proves a record."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="records")
    caption = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["record", "file"], name="evidence_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} for {self.record_id}"


@pgtrigger.register(append_only_trigger())
class Design(Record):
    """设计: who designed it, and the appraisal of the design documents (Law art. 20)."""

    designer = models.CharField(max_length=120)
    licence_no = models.CharField(max_length=30, blank=True)
    drawing_no = models.CharField(max_length=60, blank=True)
    appraisal_body = models.CharField(max_length=120, blank=True)
    appraisal_no = models.CharField(max_length=60, blank=True)
    design_life_years = models.PositiveSmallIntegerField(null=True, blank=True)


@pgtrigger.register(append_only_trigger())
class Manufacture(Record):
    """制造: maker, product certificate, supervised inspection of manufacture (Law art. 21, 25)."""

    maker = models.CharField(max_length=120)
    licence_no = models.CharField(max_length=30, blank=True)
    factory_no = models.CharField(max_length=60, blank=True)
    product_certificate_no = models.CharField(max_length=60, blank=True)
    supervision_certificate_no = models.CharField(max_length=60, blank=True)
    type_test_certificate_no = models.CharField(max_length=60, blank=True)
    imported = models.BooleanField(default=False)


@pgtrigger.register(append_only_trigger())
class Installation(Record):
    """安装: the notice, the contractor and the work (Law art. 22–24). Notice is not approval."""

    contractor = models.CharField(max_length=120)
    licence_no = models.CharField(max_length=30, blank=True)
    notice_no = models.CharField(max_length=40, blank=True)
    notice_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(started_on__isnull=True)
                | models.Q(finished_on__isnull=True)
                | models.Q(finished_on__gte=models.F("started_on")),
                name="installation_ends_after_it_starts",
            )
        ]


class RegistrationKind(models.TextChoices):
    """登记类别 (domain 3.1)."""

    FIRST = "first", _("first use of a new unit")
    RESTART = "restart", _("use after a stop")
    MODIFICATION = "modification", _("modification")
    RENAME = "rename", _("using unit renamed")
    ADDRESS = "address", _("address of use changed")
    OWNER = "owner", _("change of owner")
    RELOCATION = "relocation", _("relocation")
    DESIGN_LIFE = "design_life", _("design life reached")


@pgtrigger.register(append_only_trigger())
class Registration(Record):
    """使用登记: the certificate, which has no expiry (Law art. 33)."""

    kind = models.CharField(max_length=12, choices=RegistrationKind.choices)
    certificate_no = models.CharField(max_length=20)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True)
    using_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True)
    relies_on = models.ForeignKey(
        "Inspection", on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    legacy_basis = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Evidence of an older register, in place of an inspection that nobody has on paper",
    )


class InspectionKind(models.TextChoices):
    """检验类别 (domain 3.1 and 4.1)."""

    SUPERVISED_MANUFACTURE = "sup_manufacture", _("supervised inspection of manufacture")
    SUPERVISED_INSTALLATION = "sup_installation", _("supervised inspection of installation")
    SUPERVISED_MODIFICATION = "sup_modification", _("supervised inspection of a modification")
    SUPERVISED_REPAIR = "sup_repair", _("supervised inspection of a major repair")
    FIRST = "first", _("first inspection")
    PERIODIC = "periodic", _("periodic inspection")
    EXTERNAL = "external", _("external inspection")
    INTERNAL = "internal", _("internal inspection")
    ANNUAL = "annual", _("annual check")
    FULL = "full", _("full inspection")
    SELF_DETECTION = "self_detection", _("self-detection")
    SAFETY_ASSESSMENT = "safety_assessment", _("safety assessment")
    ACCIDENT = "accident", _("inspection after an accident")


class Conclusion(models.TextChoices):
    """检验结论 (domain 4.4)."""

    PASS = "pass", _("passed")
    FAIL = "fail", _("failed")
    REPASS = "repass", _("passed on re-inspection")
    REFAIL = "refail", _("failed on re-inspection")
    CONFORMS = "conforms", _("conforms")
    BASICALLY_CONFORMS = "basically", _("basically conforms")
    NOT_CONFORMS = "not_conforms", _("does not conform")


FAILED = frozenset({Conclusion.FAIL, Conclusion.REFAIL, Conclusion.NOT_CONFORMS})


@pgtrigger.register(append_only_trigger())
class Inspection(Record):
    """检验: one inspection with its conclusion. A failed one states no next date (domain 4.4)."""

    kind = models.CharField(max_length=20, choices=InspectionKind.choices)
    conclusion = models.CharField(max_length=16, choices=Conclusion.choices)
    body = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True)
    body_name = models.CharField(max_length=120, blank=True)
    report_no = models.CharField(max_length=60, blank=True)
    inspectors = models.CharField(max_length=120, blank=True)
    opinion_notice_no = models.CharField(max_length=60, blank=True, help_text="检验意见通知书")
    opinion_answered_on = models.DateField(null=True, blank=True)
    safety_grade = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="安全状况等级 1–5"
    )
    monitored_months = models.PositiveSmallIntegerField(null=True, blank=True)
    stated_next_on = models.DateField(null=True, blank=True, help_text="下次检验日期 in the report")
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(conclusion__in=["fail", "refail", "not_conforms"])
                | models.Q(stated_next_on__isnull=True),
                name="failed_states_no_next_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(conclusion__in=["pass", "repass"])
                | models.Q(opinion_notice_no="")
                | models.Q(opinion_answered_on__isnull=False),
                name="no_pass_with_open_opinion_notice",
            ),
            models.CheckConstraint(
                condition=models.Q(safety_grade__isnull=True)
                | models.Q(safety_grade__range=(1, 5)),
                name="safety_grade_1_to_5",
            ),
        ]


@pgtrigger.register(append_only_trigger())
class Repair(Record):
    """修理、改造: what was done, by whom, after which notice (Law art. 22–24)."""

    class Work(models.TextChoices):
        MODIFICATION = "modification", _("modification")
        MAJOR_REPAIR = "major_repair", _("major repair")
        REPAIR = "repair", _("repair")
        MAINTENANCE = "maintenance", _("maintenance")

    work = models.CharField(max_length=12, choices=Work.choices)
    contractor = models.CharField(max_length=120)
    licence_no = models.CharField(max_length=30, blank=True)
    notice_no = models.CharField(max_length=40, blank=True)
    notice_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True)


@pgtrigger.register(append_only_trigger())
class Accident(Record):
    """事故: what happened and whom it hurt (Regulation art. 61–64).

    The class follows from these facts (``backend.units.accidents``); the one that somebody typed
    is only compared with it.
    """

    class Grade(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary")
        LARGER = "larger", _("larger")
        MAJOR = "major", _("major")
        EXTRA = "extra", _("especially major")
        INCIDENT = "incident", _("below the classes")

    class Damage(models.TextChoices):
        NONE = "", _("none of these")
        EXPLOSION = "explosion", _("explosion of a boiler, vessel or piping")
        MEMBER_BROKEN = "member_broken", _("main load-bearing member broken")
        HOIST_FALLEN = "hoist_fallen", _("hoist mechanism fallen")
        OVERTURNED = "overturned", _("whole crane overturned")

    grade = models.CharField(
        max_length=8, choices=Grade.choices, blank=True, help_text="As stated by who filed it"
    )
    derived_grade = models.CharField(
        max_length=8, choices=Grade.choices, blank=True, editable=False, help_text="By its facts"
    )
    deaths = models.PositiveIntegerField(default=0)
    serious_injuries = models.PositiveIntegerField(default=0, help_text="With acute poisoning")
    direct_loss_fen = models.PositiveBigIntegerField(default=0, help_text="Yuan cents")
    damage = models.CharField(max_length=14, choices=Damage.choices, blank=True)
    moved_people = models.PositiveIntegerField(
        default=0, help_text="Moved away from a leak of poison"
    )
    trapped_minutes = models.PositiveIntegerField(default=0, help_text="In the car of a lift")
    stranded_minutes = models.PositiveIntegerField(
        default=0, help_text="At height on a ride or ropeway"
    )
    stranded_people = models.PositiveIntegerField(default=0)
    outage_hours = models.PositiveIntegerField(
        default=0, help_text="Of a boiler of 600 MW or more, by a failure of its safety"
    )
    capacity_mw = models.PositiveIntegerField(default=0, help_text="Of the boiler, if stated")
    cause = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)


@pgtrigger.register(append_only_trigger())
class Transfer(Record):
    """过户、移装、更名: a new owner, name or place."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("change of owner")
        USER = "user", _("change of using unit")
        MAINTAINER = "maintainer", _("change of maintainer")
        RELOCATION = "relocation", _("relocation")
        RENAME = "rename", _("using unit renamed")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    to_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True)
    to_region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_address = models.CharField(max_length=200, blank=True)
    # What stood in the register when it was filed, written by the server.
    from_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    from_region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    from_address = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(kind="relocation", to_region__isnull=False)
                | (~models.Q(kind="relocation") & models.Q(to_entity__isnull=False)),
                name="transfer_names_its_target",
            )
        ]


@pgtrigger.register(append_only_trigger())
class Stop(Record):
    """停用 or 启用: a stop of a year or more, or its end (Shandong Regulation art. 20)."""

    restart = models.BooleanField(default=False)
    notified_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)


@pgtrigger.register(append_only_trigger())
class Scrap(Record):
    """报废、拆除、注销、移装注销. Scrapped without 注销 is a violation state, not an end."""

    class Kind(models.TextChoices):
        SCRAPPED = "scrapped", _("scrapped")
        DISMANTLED = "dismantled", _("dismantled")
        CANCELLED = "cancelled", _("registration cancelled")
        MOVED_OUT = "moved_out", _("cancelled on moving out")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=200, blank=True)


@pgtrigger.register(append_only_trigger())
class Withdrawal(Record):
    """撤回: the record that it supersedes was no fact of this unit; that one stays readable."""

    reason = models.CharField(max_length=400)


STAGE_OF: dict[type[Record], Stage] = {
    Design: Stage.DESIGN,
    Manufacture: Stage.MANUFACTURE,
    Installation: Stage.INSTALLATION,
    Registration: Stage.REGISTRATION,
    Inspection: Stage.INSPECTION,
    Repair: Stage.REPAIR,
    Accident: Stage.ACCIDENT,
    Transfer: Stage.TRANSFER,
    Stop: Stage.STOP,
    Scrap: Stage.SCRAP,
    Withdrawal: Stage.WITHDRAWAL,
}
