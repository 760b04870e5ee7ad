"""Takes a stored table into the register: good rows written in chunks, bad rows told.

Safe to run again: a row is known by its device code (or registration code), an equal one counts
as unchanged. A worker that was killed is followed by another that starts from the top.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.history import written_by
from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.exchange.checking import BadRow, Checked, Checker
from backend.exchange.mapping import mapping_named
from backend.exchange.reading import read_rows
from backend.jobs.models import Job
from backend.lib import clock
from backend.units.models import Unit

CHUNK = 2000
_FACTS = (
    "device_code", "registration_code", "category_id", "kind", "product_name", "model",
    "factory_no", "internal_no", "address", "region_id", "position", "source_datum",
    "source_coordinates", "using_entity_id",
)  # fmt: skip


def import_table(job: Job, stream: IO[bytes]) -> dict[str, Any]:
    """Read all of ``stream``; returns the figures, with the key of the bad rows' CSV if any."""
    mapping = mapping_named(job.parameters["mapping"])
    checker = Checker(actor=job.owner, mapping=mapping)
    figures: Counter[str] = Counter(read=0, created=0, updated=0, unchanged=0, bad=0)
    bad: list[tuple[int, BadRow, dict[str, str]]] = []
    seen: set[str] = set()
    rows = read_rows(stream, job.parameters["name"])
    while chunk := list(islice(rows, CHUNK)):
        good = []
        for line, row in chunk:
            try:
                good.append((line, row, _checked(checker, row, seen)))
            except BadRow as error:
                bad.append((line, error, row))
        strange = _elsewhere(job.owner, [item.key for _line, _row, item in good])
        bad += [(line, _not_yours(), row) for line, row, item in good if item.key in strange]
        figures += _write(job.owner, [item for _l, _r, item in good if item.key not in strange])
        figures["read"] += len(chunk)
        Job.objects.filter(pk=job.pk).update(done=figures["read"])
    figures["bad"] = len(bad)
    result: dict[str, Any] = {
        name: figures[name] for name in ("read", "created", "updated", "unchanged", "bad")
    }
    return result | ({"bad_rows": _store_bad(job, bad)} if bad else {})


def _checked(checker: Checker, row: dict[str, str], seen: set[str]) -> Checked:
    checked = checker.check(row)
    if checked.key in seen:
        raise BadRow("", _("The file names this unit twice; the first row was taken."))
    seen.add(checked.key)
    return checked


def _elsewhere(actor: User, keys: list[str]) -> set[str | None]:
    """Device codes among ``keys`` that belong to units outside the actor's jurisdiction."""
    known = Unit.objects.filter(device_code__in=keys)
    mine = Unit.objects.visible_to(actor).filter(device_code__in=keys)
    return set(known.exclude(pk__in=mine.values("pk")).values_list("device_code", flat=True))


def _not_yours() -> BadRow:
    return BadRow("", _("A unit of this device code stands outside your jurisdiction."))


def _write(actor: User, good: list[Checked]) -> Counter[str]:
    """One chunk in one transaction, with history."""
    with transaction.atomic(), written_by(actor):
        entities = _entities(good)
        known = _known(actor, good)
        created, updated, unchanged = [], [], 0
        for item in good:
            facts = item.facts | ({"using_entity_id": entities[item.uscc]} if item.uscc else {})
            unit = known.get(item.key)
            if unit is None:
                created.append(_new(facts))
            elif _change(unit, facts):
                updated.append(unit)
            else:
                unchanged += 1
        Unit.objects.bulk_create(created, batch_size=CHUNK)
        changed = [name.removesuffix("_id") for name in _FACTS]
        Unit.objects.bulk_update(updated, [*changed, "updated_at", "version"], batch_size=500)
    return Counter(created=len(created), updated=len(updated), unchanged=unchanged)


def _known(actor: User, good: list[Checked]) -> dict[str, Unit]:
    """The units already in the register, by key; locked."""
    codes = [item.key for item in good if item.facts["device_code"]]
    others = [item.key for item in good if not item.facts["device_code"]]
    locked = Unit.objects.select_for_update().order_by("pk")
    known = {str(unit.device_code): unit for unit in locked.filter(device_code__in=codes)}
    elsewise = locked.filter(registration_code__in=others).visible_to(actor)
    return known | {str(unit.registration_code): unit for unit in elsewise}


def _new(facts: dict[str, Any]) -> Unit:
    now = clock.now()
    return Unit(created_at=now, updated_at=now, **facts)


def _change(unit: Unit, facts: dict[str, Any]) -> bool:
    changed = {name: value for name, value in facts.items() if getattr(unit, name) != value}
    for name, value in changed.items():
        setattr(unit, name, value)
    if changed:
        unit.version += 1
        unit.updated_at = clock.now()
    return bool(changed)


def _entities(good: list[Checked]) -> dict[str, int]:
    """Keys of the using entities by credit code; those not known are made."""
    wanted = {item.uscc: item for item in good if item.uscc}
    found = LegalEntity.objects.filter(uscc__in=wanted).values_list("uscc", flat=True)
    LegalEntity.objects.bulk_create(
        (
            LegalEntity(uscc=code, name=item.entity_name[:120], region_id=item.facts["region_id"])
            for code, item in wanted.items()
            if code not in set(found)
        ),
        ignore_conflicts=True,
    )
    rows = LegalEntity.objects.filter(uscc__in=wanted).values_list("uscc", "pk")
    return {str(code): pk for code, pk in rows}


def _store_bad(job: Job, bad: Iterable[tuple[int, BadRow, dict[str, str]]]) -> str:
    """The bad rows as CSV: their own columns, then line, column and reason."""
    text = io.StringIO()
    writer = csv.writer(text)
    header: list[str] = []
    for line, error, row in bad:
        if not header:
            header = list(row)
            writer.writerow([*header, "line", "column", "reason"])
        told = [*(row.get(name, "") for name in header), str(line), error.column, error.reason]
        writer.writerow([_harmless(value) for value in told])
    content = ContentFile(text.getvalue().encode("utf-8-sig"))
    return str(default_storage.save(f"imports/{job.pk}/bad_rows.csv", content))


def _harmless(value: str) -> str:
    """A text that a spreadsheet does not run as a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
