"""What the factors of a score are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FACTOR_NAMES: dict[str, Promise] = {
    "held": _("must not be used"),
    "category": _("kind of equipment"),
    "age": _("age"),
    "status": _("status"),
    "registration_late": _("registered late"),
    "overdue_periodic": _("periodic inspection overdue"),
    "overdue_internal": _("internal inspection overdue"),
    "overdue_external": _("external inspection overdue"),
    "overdue_full": _("full inspection overdue"),
    "overdue_annual": _("annual inspection overdue"),
    "overdue_self_detection": _("self-detection overdue"),
    "last_conclusion": _("last conclusion"),
    "safety_grade": _("safety grade"),
    "past_failures": _("earlier failures"),
    "around": _("failures of its like around"),
    "same_maker": _("failures of its like by the same maker"),
    "same_maintainer": _("failures of its like with the same maintainer"),
    "same_model": _("failures of its like of the same model"),
    "season": _("warm season"),
    "defects_serious": _("serious open defects"),
    "defects_general": _("general open defects"),
    "defects_repeated": _("defects found again"),
    "defect_age": _("age of open defects"),
    "accidents": _("accidents"),
    "accident_deaths": _("deaths in accidents"),
    "complaints": _("complaints found true"),
    "complaints_recent": _("complaints found true lately"),
    "maintainer": _("no maintainer"),
    "maintenance_gap": _("gap in maintenance"),
    "maintenance_none": _("no maintenance on record"),
    "tag": _("no tag"),
    "tag_unseen": _("tag not seen for long"),
}
