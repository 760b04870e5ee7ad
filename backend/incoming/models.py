"""What is kept of a document that came in, beside its matter."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from backend.deliveries.models import Delivery
from backend.documents.models import Retention
from backend.evidence.models import File
from backend.matters.models import Matter
from backend.offices.models import Office


class IncomingYear(models.Model):
    """The last number that an office gave to what came in a year. Its row is the lock of whoever takes the next."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["office", "year"], name="one_incoming_count_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.year}: {self.last}"


class IncomingDocument(models.Model):
    """A document that came in: by a delivery, or on paper from outside."""

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="incoming"
    )
    delivery = models.OneToOneField(
        Delivery,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming",
        help_text="None of what came on paper",
    )
    registrar = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", help_text="Who gave the number"
    )
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    sender = models.CharField(max_length=120, help_text="来文单位")
    sender_number = models.CharField(max_length=60, blank=True, help_text="来文字号")
    written_on = models.DateField(null=True, blank=True, help_text="成文日期")
    scan = models.ForeignKey(
        File,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="A PDF or photo of what came on paper",
    )
    answer_number = models.CharField(
        max_length=60, blank=True, help_text="The number of the document that answers it"
    )
    retention = models.CharField(max_length=9, choices=Retention.choices, blank=True)
    sent_as = models.UUIDField(unique=True, help_text="Idempotency-Key of the registration")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["registrar", "year", "serial"], name="one_incoming_a_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registrar_id} {self.year} {self.serial}"

    @property
    def number(self) -> str:
        """As it is stamped on the document: 收〔2026〕12号."""
        return f"收〔{self.year}〕{self.serial}号"
