"""The special equipment catalogue (特种设备目录, AQSIQ notice 2014 no. 114)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DASH = "—"
KINDS = tuple("12345689")
"""First characters of the kinds whose units the register holds. Components of piping (7) and safety
accessories (F) belong to the unit that they are part of."""


def _reads_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


class Category(models.Model):
    """One of the 157 codes: a kind (种类), a type (类别) or a variety (品种).

    Codes are four-character strings, never numbers: ``4A00``, ``7TZ0``. The parent is stored
    because it does not follow from the code: 安全阀 7310 stands under F000.
    """

    class Level(models.TextChoices):
        KIND = "kind", _("kind")
        TYPE = "type", _("type")
        VARIETY = "variety", _("variety")

    code = models.CharField(max_length=4, primary_key=True, db_collation="C")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    level = models.CharField(max_length=8, choices=Level.choices)
    kind = models.CharField(max_length=1, db_collation="C", help_text="First character of the kind")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    kind_name = models.CharField(max_length=30)
    type_name = models.CharField(max_length=40, blank=True)
    leaf = models.BooleanField(help_text="A unit may bear this code")
    registered_for_use = models.BooleanField(
        help_text="False for components (7000) and accessories (F000): goods, never registered"
    )

    class Meta:
        verbose_name_plural = "categories"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name if _reads_chinese() else self.name_en

    @property
    def shown_kind(self) -> str:
        """The name of its kind in the reader's language; a query where that is not Chinese."""
        return (
            self.kind_name
            if _reads_chinese()
            else self._english_name_of_parent(self.Level.KIND, self.kind_name)
        )

    @property
    def shown_type(self) -> str:
        """The name of its type, if it has one, likewise."""
        if _reads_chinese() or not self.type_name:
            return self.type_name
        return self._english_name_of_parent(self.Level.TYPE, self.type_name)

    def _english_name_of_parent(self, level: str, name: str) -> str:
        """The English name of the one at ``level`` that it belongs to."""
        return Category.objects.get(level=level, kind=self.kind, name=name).name_en

    @property
    def variety_on_forms(self) -> str:
        """品种 as forms print it: a dash where the type has no varieties."""
        return self.shown_name if self.level == self.Level.VARIETY else DASH
