"""What an office sent, and what each office received of it: one paper, a tree of receipts."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.offices.competence import with_predecessors
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.papers.models import Paper


class DistributionQuerySet(models.QuerySet["Distribution"]):
    """Queries for distributions, limited by who may see them."""

    def visible_to(self, user: User) -> DistributionQuerySet:
        """Those that an office sent in whose line ``user`` has a seat, or one that ended into it."""
        return self.filter(sender__in=Seats.of(user).offices_and_descendants())


@pgtrigger.register(
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
)
class Distribution(models.Model):
    """One sending (分发) of an issued paper by an office to others, be it down, up or on."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="distributions")
    sender = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="distributions")
    parent = models.ForeignKey(
        "Delivery",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="distributions",
        help_text="What is passed on; none of what the office of the paper sends itself",
    )
    path = models.CharField(
        max_length=200,
        db_collation="C",
        help_text="Numbers of the distributions from the first down to this one, each ended by a stroke",
    )
    title = models.CharField(max_length=200)
    note = models.CharField(max_length=400, blank=True, help_text="What is asked of the receivers")
    sign_by = models.DateField(null=True, blank=True, help_text="By when it is to be signed for")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_for = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The holder of the post where a substitute sent it",
    )
    idempotency_key = models.UUIDField(null=True, blank=True)

    objects = DistributionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["sender", "-id"], name="distribution_of_sender"),
            models.Index(fields=["path"], name="distribution_by_path"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["sent_by", "idempotency_key"], name="one_distribution_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} from {self.sender_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Queries for deliveries, limited by who may see them."""

    def visible_to(self, user: User) -> DeliveryQuerySet:
        """Those that an office sent or received in whose line ``user`` has a seat."""
        offices = Seats.of(user).offices_and_descendants()
        return self.filter(
            models.Q(receiver__in=offices) | models.Q(distribution__sender__in=offices)
        )

    def received_by(self, user: User) -> DeliveryQuerySet:
        """Those that came to an office in which ``user`` has a seat himself."""
        offices = {seat.office for seat in Seats.of(user).seats}
        return self.filter(receiver__in=with_predecessors(offices))

    def descending_from(self, distribution: Distribution) -> DeliveryQuerySet:
        """Those of ``distribution``, and of whatever was passed on of them."""
        return self.filter(distribution__path__startswith=distribution.path)

    def waiting(self) -> DeliveryQuerySet:
        """Those that wait to be signed for."""
        return self.filter(state__in=Delivery.WAITING)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
@pgtrigger.register(
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.FSM(
        name="states",
        field="state",
        transitions=[
            ("sent", "opened"),
            ("sent", "signed"),
            ("sent", "returned"),
            ("sent", "recalled"),
            ("opened", "signed"),
            ("opened", "returned"),
            ("signed", "returned"),
        ],
    ),
)
class Delivery(models.Model):
    """What one office received of a distribution, from its sending to its signature (签收) or return.

    The receiver reads the paper once it has opened it; until then the sender may recall it.
    """

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("delivery", "sent")
        OPENED = "opened", pgettext_lazy("delivery", "opened")
        SIGNED = "signed", pgettext_lazy("delivery", "signed for")
        RETURNED = "returned", pgettext_lazy("delivery", "returned")
        RECALLED = "recalled", pgettext_lazy("delivery", "recalled")

    WAITING = (State.SENT, State.OPENED)

    distribution = models.ForeignKey(
        Distribution, on_delete=models.PROTECT, related_name="deliveries"
    )
    paper = models.ForeignKey(
        Paper,
        on_delete=models.PROTECT,
        related_name="deliveries",
        help_text="That of the distribution, for an office holds one paper once",
    )
    receiver = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_for = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The holder of the post where a substitute signed",
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was returned or recalled"
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was returned")
    urged_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["receiver", "-id"], name="delivery_of_receiver"),
            models.Index(
                fields=["receiver", "id"],
                condition=models.Q(state__in=("sent", "opened")),
                name="delivery_to_sign_for",
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["paper", "receiver"],
                condition=~models.Q(state__in=("returned", "recalled")),
                name="one_delivery_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("opened", "signed"))
                | models.Q(opened_at__isnull=False, opened_by__isnull=False),
                name="delivery_opened_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="signed")
                | models.Q(signed_at__isnull=False, signed_by__isnull=False),
                name="delivery_signed_at",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("returned", "recalled"), ended_at__isnull=False)
                | (~models.Q(state__in=("returned", "recalled")) & models.Q(ended_at__isnull=True)),
                name="delivery_ended_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(reason=""),
                name="delivery_returned_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} to {self.receiver_id}: {self.state}"
