"""Which doors the token of a program opens: by the resources that its maker named."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from backend.accounts.models import ProgramToken

RESOURCES = (
    "units", "categories", "regions", "authorities", "entities", "inspection-bodies", "tags",
    "label-jobs", "imports", "import-mappings", "checklists", "reports", "defects", "tasks",
    "cases", "risk", "nearby", "public-places", "jobs",
)  # fmt: skip
"""Below ``/api/v1/``. Accounts, tokens, people, sign-ins and looks are for people."""
MAPS = ("tiles", "ogc")
OPEN311 = ("open311",)
"""Below ``/open311/``: a program that sends what citizens told it."""
SCOPES = RESOURCES + MAPS + OPEN311
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def require_scope(token: ProgramToken, method: str, path: str) -> None:
    """Raise PermissionDenied unless ``token`` is for this resource, and may write where it is."""
    if _scope_of(path) not in token.scopes:
        raise PermissionDenied(_("This token is not for this resource. Make one that names it."))
    if token.read_only and method not in _READS:
        raise PermissionDenied(_("This token may only read. Make one that may write."))


def _scope_of(path: str) -> str:
    parts = path.strip("/").split("/")
    return parts[2] if parts[:2] == ["api", "v1"] and len(parts) > 2 else parts[0]
