"""Facts by somebody who did not see the whole register: afield, or long before it was kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass
class FieldKnowledge:
    """What such a person could not know is no reason to refuse what he did.

    ``since`` is how far back his knowledge may reach: a unit that stood in his jurisdiction then
    or later is his to tell of. What was overlooked for his sake is put into ``overlooked``, by the
    code under which it would have been refused; ``unit-elsewhere`` is a unit that has moved away.
    ``only``: nothing else is overlooked.
    """

    since: dt.datetime
    overlooked: list[str] = field(default_factory=list)
    only: frozenset[str] | None = None

    def overlooks(self, code: str) -> bool:
        """Whether a refusal of this code, which counts at a desk, is overlooked for this person."""
        return self.only is None or code in self.only

    def note_overlooked(self, code: str) -> None:
        """Note that a refusal of this code was overlooked; a second time changes nothing."""
        if code not in self.overlooked:
            self.overlooked.append(code)
