"""Binding, replacing and retiring tags; the database's own rules; races."""

from __future__ import annotations

import threading

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    close_old_connections,
    connection,
    connections,
    transaction,
)

from backend.lib import clock
from backend.lib.problems import Refused
from tagging.actions import bind_tag, mint_batch, replace_tag, resolve_scan, retire_tag
from tagging.models import Batch, Binding, Tag, TagState
from tagging.resolution import ResolutionKind


def refusal(call, **arguments) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        call(**arguments)
    return caught.value.code, caught.value.status


def test_minted_tags_are_unbound_and_countable(cast):
    batch = mint_batch(actor=cast.lin, count=30)
    assert batch.tags.count() == 30
    assert {tag.state for tag in batch.tags.all()} == {TagState.MINTED}


def test_minting_again_with_the_same_key_mints_nothing(cast):
    first = mint_batch(actor=cast.lin, count=3, key="a")
    assert mint_batch(actor=cast.lin, count=3, key="a") == first
    assert Tag.objects.count() == 3
    assert refusal(mint_batch, actor=cast.lin, count=4, key="a")[0] == "idempotency-conflict"


@pytest.mark.parametrize("count", [0, -1, 50_001])
def test_minting_none_or_too_many_is_refused(cast, count):
    assert refusal(mint_batch, actor=cast.lin, count=count) == ("count-out-of-range", 422)
    assert not Batch.objects.exists()


def test_an_inspector_mints_and_binds_nothing(cast):
    (code,) = cast.codes()
    assert refusal(mint_batch, actor=cast.bo, count=1)[1] == 403
    assert refusal(bind_tag, actor=cast.bo, code=code, unit=cast.lift)[1] == 403
    assert refusal(replace_tag, actor=cast.bo, code=code, unit=cast.lift, reason="x")[1] == 403
    assert refusal(retire_tag, actor=cast.bo, code=code, reason="x")[1] == 403
    assert not Binding.objects.exists()


def test_binding_shows_the_unit(cast):
    (code,) = cast.codes()
    binding = bind_tag(actor=cast.lin, code=f"https://x/t/{code.lower()}\r\n", unit=cast.lift)
    assert (binding.tag_id, binding.unit, binding.bound_by) == (code, cast.lift, cast.lin)
    assert resolve_scan(code).unit == cast.lift
    assert Tag.objects.get(pk=code).state == TagState.BOUND


def test_binding_the_same_pair_again_is_harmless(cast):
    (code,) = cast.codes()
    first = bind_tag(actor=cast.lin, code=code, unit=cast.lift)
    assert bind_tag(actor=cast.wei, code=code, unit=cast.lift) == first
    assert Binding.objects.count() == 1


def test_a_unit_of_another_county_is_not_found(cast):
    (code,) = cast.codes()
    assert refusal(bind_tag, actor=cast.lin, code=code, unit=cast.far_lift) == ("not-found", 404)
    assert not Binding.objects.exists()


def test_a_bound_tag_is_not_moved(cast):
    (code,) = cast.codes()
    bind_tag(actor=cast.lin, code=code, unit=cast.lift)
    assert refusal(bind_tag, actor=cast.lin, code=code, unit=cast.crane) == ("tag-bound", 409)
    assert resolve_scan(code).unit == cast.lift


def test_a_second_tag_on_a_unit_is_refused(cast):
    first, second = cast.codes(2)
    bind_tag(actor=cast.lin, code=first, unit=cast.lift)
    assert refusal(bind_tag, actor=cast.lin, code=second, unit=cast.lift) == ("unit-has-tag", 409)
    assert resolve_scan(second).kind is ResolutionKind.UNBOUND


def test_a_wrong_or_unknown_code_is_refused(cast):
    assert refusal(bind_tag, actor=cast.lin, code="nonsense", unit=cast.lift)[0] == "code-invalid"
    assert refusal(bind_tag, actor=cast.lin, code="22222222222" + "2", unit=cast.lift)[1] in (
        404,
        422,
    )


def test_a_replaced_tag_is_void_and_shows_no_unit(cast):
    old, new = cast.codes(2)
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    replace_tag(actor=cast.wei, unit=cast.lift, code=new, reason="标签破损")
    found = resolve_scan(old)
    assert (found.kind, found.unit) == (ResolutionKind.VOID, None)
    assert resolve_scan(new).unit == cast.lift
    ended = Binding.objects.get(tag=old)
    assert (ended.reason, ended.unbound_by) == ("标签破损", cast.wei)


def test_a_void_tag_is_never_bound_again(cast):
    old, new = cast.codes(2)
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    replace_tag(actor=cast.lin, unit=cast.lift, code=new, reason="标签破损")
    assert refusal(bind_tag, actor=cast.lin, code=old, unit=cast.crane) == ("tag-void", 409)
    assert resolve_scan(old).unit is None


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_taking_off_needs_a_reason(cast, reason):
    old, new = cast.codes(2)
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    assert refusal(retire_tag, actor=cast.lin, code=old, reason=reason)[0] == "reason-missing"
    assert (
        refusal(replace_tag, actor=cast.lin, unit=cast.lift, code=new, reason=reason)[0]
        == "reason-missing"
    )
    assert resolve_scan(old).unit == cast.lift


def test_replacing_needs_a_tag_in_force_and_another_new_one(cast):
    old, new = cast.codes(2)
    assert (
        refusal(replace_tag, actor=cast.lin, unit=cast.lift, code=new, reason="x")[0]
        == "unit-has-no-tag"
    )
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    assert (
        refusal(replace_tag, actor=cast.lin, unit=cast.lift, code=old, reason="x")[0] == "tag-bound"
    )
    bind_tag(actor=cast.lin, code=new, unit=cast.crane)
    assert (
        refusal(replace_tag, actor=cast.lin, unit=cast.lift, code=new, reason="x")[0] == "tag-bound"
    )
    assert resolve_scan(old).unit == cast.lift


def test_retiring_a_bound_tag_takes_it_off(cast):
    old, new = cast.codes(2)
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    assert retire_tag(actor=cast.lin, code=old, reason="遗失").state == TagState.RETIRED
    assert refusal(retire_tag, actor=cast.lin, code=old, reason="遗失") == ("tag-void", 409)
    bind_tag(actor=cast.lin, code=new, unit=cast.lift)
    assert resolve_scan(new).unit == cast.lift


def test_retiring_a_tag_of_another_county_is_not_found(cast):
    fresh, bound = cast.codes(2)
    bind_tag(actor=cast.lin, code=bound, unit=cast.lift)
    for code in (fresh, bound):
        assert refusal(retire_tag, actor=cast.chen, code=code, reason="x") == ("not-found", 404)
    assert resolve_scan(bound).unit == cast.lift


def test_each_change_is_in_the_history_with_its_author(cast):
    (code,) = cast.codes()
    bind_tag(actor=cast.lin, code=code, unit=cast.lift)
    retire_tag(actor=cast.wei, code=code, reason="遗失")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.pgh_label, c.metadata->>'user' FROM tagging_bindingevent e"
            " JOIN pghistory_context c ON c.id = e.pgh_context_id"
            " WHERE e.tag_id = %s ORDER BY e.pgh_id",
            [code],
        )
        assert cursor.fetchall() == [("insert", str(cast.lin.pk)), ("update", str(cast.wei.pk))]


RAW = [
    "UPDATE tagging_tag SET retired_at = NULL, retired_reason = '' WHERE code = %(void)s",
    "UPDATE tagging_tag SET retired_at = now(), retired_reason = 'x' WHERE code = %(bound)s",
    "UPDATE tagging_tag SET retired_at = now(), retired_reason = '' WHERE code = %(fresh)s",
    "UPDATE tagging_tag SET code = 'ABCDEFGHJKMN' WHERE code = %(fresh)s",
    "DELETE FROM tagging_tag WHERE code = %(fresh)s",
    "UPDATE tagging_binding SET unbound_at = NULL, reason = '' WHERE tag_id = %(void)s",
    "UPDATE tagging_binding SET unit_id = %(crane)s WHERE tag_id = %(bound)s",
    "UPDATE tagging_binding SET unbound_at = now() WHERE tag_id = %(bound)s",
    "DELETE FROM tagging_binding WHERE tag_id = %(void)s",
    "INSERT INTO tagging_binding (tag_id, unit_id, bound_at, reason)"
    " VALUES (%(lost)s, %(crane)s, now(), '')",
    "INSERT INTO tagging_binding (tag_id, unit_id, bound_at, reason)"
    " VALUES (%(void)s, %(crane)s, now(), '')",
    "INSERT INTO tagging_binding (tag_id, unit_id, bound_at, reason)"
    " VALUES (%(fresh)s, %(lift)s, now(), '')",
    "INSERT INTO tagging_tag (code, batch_id, retired_reason) SELECT 'ABCDEFGHJKM0', batch_id, ''"
    " FROM tagging_tag LIMIT 1",
]


@pytest.mark.parametrize("statement", RAW)
def test_raw_sql_cannot_bend_the_rules(cast, statement):
    void, bound, fresh, lost = cast.codes(4)
    bind_tag(actor=cast.lin, code=void, unit=cast.lift)
    replace_tag(actor=cast.lin, unit=cast.lift, code=bound, reason="破损")
    retire_tag(actor=cast.lin, code=lost, reason="遗失")
    names = {"void": void, "bound": bound, "fresh": fresh, "lost": lost}
    names |= {"lift": cast.lift.pk, "crane": cast.crane.pk}
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, names)


def raced(*calls) -> list[object]:
    """Results or refusals of calls that start together, each on its own connection."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait(10)
            results[index] = call()
        except Refused as refused:
            results[index] = refused.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    return results


def test_of_two_who_bind_one_tag_exactly_one_wins(committed):
    cast = committed
    for code in cast.codes(5):
        results = raced(
            lambda code=code: bind_tag(actor=cast.lin, code=code, unit=cast.lift),
            lambda code=code: bind_tag(actor=cast.wei, code=code, unit=cast.crane),
        )
        (winner,) = [result for result in results if isinstance(result, Binding)]
        assert "tag-bound" in results
        assert resolve_scan(code).unit == winner.unit
        retire_tag(actor=cast.lin, code=code, reason="下一轮")


def test_of_two_tags_bound_to_one_unit_exactly_one_wins(committed):
    cast = committed
    codes = cast.codes(10)
    for first, second in zip(codes[::2], codes[1::2], strict=True):
        results = raced(
            lambda first=first: bind_tag(actor=cast.lin, code=first, unit=cast.lift),
            lambda second=second: bind_tag(actor=cast.wei, code=second, unit=cast.lift),
        )
        (winner,) = [result for result in results if isinstance(result, Binding)]
        assert "unit-has-tag" in results
        retire_tag(actor=cast.lin, code=winner.tag_id, reason="下一轮")


def test_binding_and_retiring_at_once_never_leaves_a_void_tag_bound(committed):
    cast = committed
    for code in cast.codes(5):
        raced(
            lambda code=code: bind_tag(actor=cast.lin, code=code, unit=cast.lift),
            lambda code=code: retire_tag(actor=cast.wei, code=code, reason="遗失"),
        )
        assert resolve_scan(code).kind is ResolutionKind.VOID
    assert not Binding.objects.filter(unbound_at=None).exists()


def test_two_replacements_at_once_leave_one_tag_in_force(committed):
    cast = committed
    old, first, second = cast.codes(3)
    bind_tag(actor=cast.lin, code=old, unit=cast.lift)
    results = raced(
        lambda: replace_tag(actor=cast.lin, unit=cast.lift, code=first, reason="破损"),
        lambda: replace_tag(actor=cast.wei, unit=cast.lift, code=second, reason="破损"),
        lambda: retire_tag(actor=cast.wei, code=old, reason="破损"),
    )
    assert sum(not isinstance(result, str) for result in results) >= 1
    assert resolve_scan(old).kind is ResolutionKind.VOID
    assert Binding.objects.filter(unit=cast.lift, unbound_at=None).count() <= 1


def test_the_database_refuses_a_void_tag_even_when_retired_meanwhile(committed):
    cast = committed
    (code,) = cast.codes()
    retire_tag(actor=cast.lin, code=code, reason="遗失")
    with pytest.raises(IntegrityError):
        Binding.objects.create(tag_id=code, unit=cast.lift, bound_at=clock.now())
