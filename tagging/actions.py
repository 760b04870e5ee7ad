"""What people do with tags: mint, bind, replace, retire, print. Scans are in ``tagging.scans``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, main_region, require_right, require_right_over
from backend.jobs.actions import create_job
from backend.jobs.dispatch import send_job_on_commit
from backend.jobs.models import Job
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.units.models import Unit
from tagging import typeface
from tagging.codes import CodeError, make_code, normalise_code
from tagging.grids import GRIDS
from tagging.models import FOOTER_LENGTH, Batch, Binding, PrintRun, Tag
from tagging.qr import address_prefix
from tagging.resolution import Resolution, ResolutionKind, resolve_scan
from tagging.scans import Fix, record_scan
from tagging.tasks import print_labels

__all__ = [
    "Fix",
    "Resolution",
    "ResolutionKind",
    "bind_tag",
    "mint_batch",
    "order_labels",
    "record_scan",
    "replace_tag",
    "resolve_scan",
    "retire_tag",
]  # fmt: skip

MAX_TAGS = 50_000
"""Tags in one batch and labels in one job; a larger order is several."""


def mint_batch(*, actor: User, count: int, authority: str = "", key: str | None = None) -> Batch:
    """``count`` new tags for the actor's region. The same ``key`` gives the same batch again.

    Raises Refused: 403 without the right, 422 for a count out of range or a key with another count.
    """
    require_right(actor, Right.MANAGE_TAGS)
    if not 1 <= count <= MAX_TAGS:
        text = _("Mint between 1 and %(most)s tags at a time.") % {"most": MAX_TAGS}
        raise Refused("count-out-of-range", text, field="count")
    try:
        with transaction.atomic(), attribute_changes_to(actor):
            batch = Batch.objects.create(
                region_id=main_region(actor, Right.MANAGE_TAGS),
                count=count,
                authority=authority[:60],
                created_by=actor,
                created_at=clock.now(),
                key=key or None,
            )
            codes = _make_fresh_codes(count)
            Tag.objects.bulk_create(
                [Tag(code=code, batch=batch) for code in codes], batch_size=5000
            )
    except IntegrityError:
        batch = _get_earlier_batch(actor, key)
        if (batch.count, batch.authority) != (count, authority[:60]):
            text = _("This Idempotency-Key was used with another body. Use a new key.")
            raise Refused("idempotency-conflict", text) from None
    return batch


def _require_unit_of(actor: User, unit: Unit) -> None:
    """Refuse (404, 403) a unit that the actor does not see, or where he keeps no tags."""
    found = Unit.objects.only("region_id").get_visible(actor, unit.pk)
    require_right_over(actor, Right.MANAGE_TAGS, found.region_id)


def _get_earlier_batch(actor: User, key: str | None) -> Batch:
    batch = Batch.objects.filter(created_by=actor, key=key).first() if key else None
    if batch is None:
        # 31**11 codes: two batches met in one code. Nothing was written; minting again helps.
        raise Refused("code-collision", _("Minting failed. Try again."), status=409)
    return batch


def _make_fresh_codes(count: int) -> set[str]:
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {make_code() for _unused in range(count - len(codes))}
        codes -= set(Tag.objects.filter(code__in=codes).values_list("code", flat=True))
    return codes


def bind_tag(*, actor: User, code: str, unit: Unit) -> Binding:
    """Put a tag on a unit. Binding the same pair again gives the binding in force.

    Whoever holds a fresh label may use it, in whichever office it was printed. Raises Refused: 403
    without the right; 404 for a unit that is not the actor's or a tag that does not exist; 409
    ``tag-void``, ``tag-bound`` (on another unit) or ``unit-has-tag`` (replace it instead).
    """
    require_right(actor, Right.MANAGE_TAGS)
    try:
        with transaction.atomic(), attribute_changes_to(actor):
            tag = _lock_tag(code)
            _lock_unit(unit.pk)
            _require_unit_of(actor, unit)
            if tag.binding_in_force is not None and tag.binding_in_force.unit_id == unit.pk:
                return tag.binding_in_force
            return _create_binding(actor, tag, unit)
    except IntegrityError as error:
        raise _tag_present_refusal() from error


def replace_tag(*, actor: User, unit: Unit, code: str, reason: str) -> Binding:
    """Take the unit's tag off (it is void from then on) and put the tag ``code`` on.

    Raises Refused as bind_tag does, and 409 ``unit-has-no-tag``, 422 for a missing reason.
    """
    require_right(actor, Right.MANAGE_TAGS)
    _require_unit_of(actor, unit)
    _require_reason(reason)
    try:
        with transaction.atomic(), attribute_changes_to(actor, reason=reason):
            old, new = _lock_both_tags(unit, _read_code(code))
            _lock_unit(unit.pk)
            _require_unit_of(actor, unit)
            _end_binding(actor, old, reason)
            return _create_binding(actor, new, unit)
    except IntegrityError as error:
        raise _tag_present_refusal() from error


def retire_tag(*, actor: User, code: str, reason: str) -> Tag:
    """Make a tag void for good, taking it off its unit if it is on one.

    Raises Refused: 403, 404, 409 ``tag-void`` when it is void already, 422 without a reason.
    """
    require_right(actor, Right.MANAGE_TAGS)
    _require_reason(reason)
    with transaction.atomic(), attribute_changes_to(actor, reason=reason):
        tag = _lock_tag(code)
        if tag.binding_in_force is not None:
            _lock_unit(tag.binding_in_force.unit_id)
        if not Tag.objects.visible_to(actor).filter(pk=tag.pk).exists():
            raise _missing_tag_refusal()
        require_right_over(actor, Right.MANAGE_TAGS, _place_of(tag))
        if tag.is_void:
            raise _void_tag_refusal()
        if tag.binding_in_force is not None:
            _end_binding(actor, tag.binding_in_force, reason)
        else:
            _make_tag_void(tag, reason)
    return Tag.objects.get(pk=tag.pk)


def order_labels(
    *,
    actor: User,
    batch: Batch | None = None,
    codes: Sequence[str] = (),
    grid: str = "3x8",
    skip: int = 0,
    dx: float = 0.0,
    dy: float = 0.0,
    footer: str | None = None,
    key: str | None = None,
) -> Job:
    """Order label sheets as PDF for a batch or for ``codes``; the job tells progress and result.

    ``footer`` stands beneath each label; ``LABEL_FOOTER`` unless one is given.

    Raises Refused: 403; 404 for tags or a batch that are not the actor's; 422 for a wrong grid,
    skip, correction, footer or number of labels; 409 ``tag-void`` when a named tag is void.
    """
    require_right(actor, Right.MANAGE_TAGS)
    _require_layout(grid=grid, skip=skip, dx=dx, dy=dy)
    footer = settings.LABEL_FOOTER if footer is None else footer
    _require_printable(footer)
    chosen = (
        _load_codes_of_batch(actor, batch)
        if batch is not None
        else _check_named_codes(actor, codes)
    )
    if not 1 <= len(chosen) <= MAX_TAGS:
        text = _("Print between 1 and %(most)s labels at a time.") % {"most": MAX_TAGS}
        raise Refused("count-out-of-range", text, field="codes")
    layout: dict[str, Any] = {"grid": grid, "skip": skip, "dx": dx, "dy": dy, "footer": footer}
    source: dict[str, Any] = {"batch": batch.pk} if batch is not None else {"codes": chosen}
    with transaction.atomic():
        job, made = create_job(
            actor=actor,
            kind="labels",
            task=print_labels.name,
            parameters=layout | source,
            total=len(chosen),
            key=key,
        )
        if made:
            PrintRun.objects.create(job=job, codes=chosen, prefix=address_prefix(), **layout)
            send_job_on_commit(job=job)
    return job


def _require_layout(*, grid: str, skip: int, dx: float, dy: float) -> None:
    if grid not in GRIDS:
        text = _("Known grids: %(grids)s.") % {"grids": ", ".join(GRIDS)}
        raise Refused("grid-unknown", text, field="grid")
    if not 0 <= skip < GRIDS[grid].labels_per_sheet:
        text = _("Skip fewer positions than one sheet has.")
        raise Refused("skip-out-of-range", text, field="skip")
    if not (-20 <= dx <= 20 and -20 <= dy <= 20):
        text = _("The correction is at most 20 mm.")
        raise Refused("correction-out-of-range", text, field="dx")


def _require_printable(footer: str) -> None:
    if len(footer) > FOOTER_LENGTH:
        text = _("A footer has at most %(most)d characters.") % {"most": FOOTER_LENGTH}
        raise Refused("footer-too-long", text, field="footer")
    if lacked := typeface.missing_characters(footer):
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacked)
        text = _("The label font lacks characters of the footer: %(named)s.") % {"named": named}
        raise Refused("footer-unprintable", text, field="footer")


def _load_codes_of_batch(actor: User, batch: Batch) -> list[str]:
    if not Batch.objects.visible_to(actor).filter(pk=batch.pk).exists():
        raise not_found(_("There is no such batch."))
    require_right_over(actor, Right.MANAGE_TAGS, batch.region_id)
    tags = batch.tags.filter(retired_at=None).order_by("code")
    return list(tags.values_list("code", flat=True))


def _check_named_codes(actor: User, codes: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(_read_code(code) for code in codes[: MAX_TAGS + 1]))
    seen = Tag.objects.visible_to(actor).select_related("binding__unit", "batch")
    tags = seen.in_bulk(wanted)
    if len(tags) < len(wanted):
        raise _missing_tag_refusal()
    for place in {_place_of(tag) for tag in tags.values()}:
        require_right_over(actor, Right.MANAGE_TAGS, place)
    if any(tag.is_void for tag in tags.values()):
        raise _void_tag_refusal()
    return wanted


def _place_of(tag: Tag) -> str:
    """The region of the unit on which the tag hangs, else of those for whom it was minted."""
    bound = tag.binding_in_force
    return tag.batch.region_id if bound is None else bound.unit.region_id


def _read_code(code: str) -> str:
    try:
        return normalise_code(code)
    except CodeError as error:
        text = _("This is not a tag code; scan it again or compare each letter.")
        raise Refused("code-invalid", text, field="code") from error


def _lock_tag(code: str) -> Tag:
    """The tag, locked until the transaction ends. Tags are locked before bindings are written."""
    tag = Tag.objects.select_for_update().filter(code=_read_code(code)).first()
    if tag is None:
        raise _missing_tag_refusal()
    return tag


def _lock_unit(unit: int) -> None:
    """Lock the unit's row until the transaction ends, so that nobody moves it; wait for whoever
    is moving it.

    The feed tells of a tag in the region in which its trigger finds the unit. Beside a move that
    is not committed that is the old region, and where the unit went nobody would hear of the tag.
    The triggers take no lock: rows that writers in bulk meet in any order would lock each other
    out. Whoever else writes parts of a unit has locked it before. Tags are locked before units,
    and nobody who holds a unit waits for a tag.
    """
    Unit.objects.select_for_update(no_key=True).filter(pk=unit).values_list("pk").first()


def _lock_both_tags(unit: Unit, code: str) -> tuple[Binding, Tag]:
    """The unit's binding in force and the new tag, both tags locked in the order of their codes."""
    old = (
        Binding.objects.filter(unit=unit, unbound_at=None).values_list("tag_id", flat=True).first()
    )
    if old is None:
        raise Refused("unit-has-no-tag", _("The unit bears no tag; bind one instead."), status=409)
    if old == code:
        raise Refused("tag-bound", _("The unit bears this very tag."), field="code", status=409)
    both = Tag.objects.select_for_update().filter(code__in=[old, code]).order_by("code")
    tags = {tag.code: tag for tag in both}
    if code not in tags:
        raise _missing_tag_refusal()
    bound = tags[old].binding_in_force
    if bound is None:
        text = _("Somebody else just took the tag off. Look at the unit again.")
        raise Refused("unit-has-no-tag", text, status=409)
    return bound, tags[code]


def _create_binding(actor: User, tag: Tag, unit: Unit) -> Binding:
    if tag.is_void:
        raise _void_tag_refusal()
    if tag.binding_in_force is not None:
        text = _("The tag is on another unit. Take a new tag.")
        raise Refused("tag-bound", text, field="code", status=409)
    return Binding.objects.create(tag=tag, unit=unit, bound_at=clock.now(), bound_by=actor)


def _end_binding(actor: User, binding: Binding, reason: str) -> None:
    binding.unbound_at = clock.now()
    binding.unbound_by = actor
    binding.reason = reason
    binding.save(update_fields=["unbound_at", "unbound_by", "reason"])
    _make_tag_void(binding.tag, reason)


def _make_tag_void(tag: Tag, reason: str) -> None:
    tag.retired_at = clock.now()
    tag.retired_reason = reason
    tag.save(update_fields=["retired_at", "retired_reason"])


def _require_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= 200:
        text = _("Say why, in at most 200 characters.")
        raise Refused("reason-missing", text, field="reason")


def _missing_tag_refusal() -> Refused:
    return not_found(_("There is no such tag in your jurisdiction."))


def _void_tag_refusal() -> Refused:
    text = _("The tag is void and cannot be used again. Take a new tag.")
    return Refused("tag-void", text, field="code", status=409)


def _tag_present_refusal() -> Refused:
    text = _("The unit bears a tag already. Replace it, with a reason.")
    return Refused("unit-has-tag", text, field="unit", status=409)
