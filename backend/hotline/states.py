"""What a citizen is told of where his matter stands."""

from __future__ import annotations

from django.utils.translation import get_language

from backend.flows.versions import read_version
from backend.hotline.models import HotlineMatter


def state_label(child: HotlineMatter) -> str:
    """The state of the matter, or its outcome once it is closed, in the reader's language."""
    flow = read_version(child.matter.flow_id)
    floor = child.matter
    label = flow.outcomes[floor.outcome] if floor.outcome else flow.states[floor.state]
    return label.zh if (get_language() or "").startswith("zh") else label.en
