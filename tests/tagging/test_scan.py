"""The scan log and what a scan means."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from backend.lib.problems import Refused
from tagging.actions import Fix, bind_tag, record_scan, resolve_scan, retire_tag
from tagging.codes import ALPHABET, make_code
from tagging.models import Scan
from tagging.resolution import ResolutionKind


def misread(code: str) -> str:
    return ALPHABET[(ALPHABET.index(code[0]) + 1) % 31] + code[1:]


def test_each_kind_of_scan_is_told_apart(cast):
    on_lift, fresh, lost = cast.codes(3)
    bind_tag(actor=cast.lin, code=on_lift, unit=cast.lift)
    retire_tag(actor=cast.lin, code=lost, reason="遗失")
    table = {
        on_lift: ResolutionKind.UNIT,
        f"HTTPS://ELSEWHERE/T/{on_lift}\r\n": ResolutionKind.UNIT,
        f"https://x.cn/t/{on_lift.lower()}": ResolutionKind.UNIT,
        fresh: ResolutionKind.UNBOUND,
        lost: ResolutionKind.VOID,
        make_code(): ResolutionKind.UNKNOWN,
        misread(on_lift): ResolutionKind.MALFORMED,
        "https://example.com/": ResolutionKind.MALFORMED,
        "": ResolutionKind.MALFORMED,
    }
    assert {raw: resolve_scan(raw).kind for raw in table} == table
    assert all(
        (resolve_scan(raw).unit is not None) == (kind is ResolutionKind.UNIT)
        for raw, kind in table.items()
    )
    assert all(
        resolve_scan(raw).message for raw, kind in table.items() if kind is not ResolutionKind.UNIT
    )


def test_a_bound_tag_resolves_with_all_a_card_needs_in_one_query(cast, django_assert_num_queries):
    (code,) = cast.codes()
    bind_tag(actor=cast.lin, code=code, unit=cast.lift)
    with django_assert_num_queries(1):
        unit = resolve_scan(code).unit
        assert unit is not None
        assert (unit.category.name, unit.region.name) == ("曳引驱动乘客电梯", "历下区")
        assert unit.using_entity is not None
        assert unit.maintainer is None


def test_a_scan_is_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        record_scan(raw=make_code(), user=cast.bo)


@pytest.mark.parametrize("raw", ["", "nonsense", "a\x00b", "\ud800", "长" * 5000, "A" * 5000])
def test_any_text_is_logged_at_most_2_kb(db, raw):
    scan = record_scan(raw=raw)
    scan.refresh_from_db()
    assert scan.code is None
    assert len(scan.raw.encode()) <= 2048


def test_a_scan_keeps_code_place_and_source_datum(cast):
    code = make_code()
    fix = Fix(longitude=117.0, latitude=36.65, accuracy_m=8.5, datum="GCJ02")
    scan = record_scan(raw=f"https://x/T/{code}", user=cast.bo, device="phone-1", fix=fix)
    scan.refresh_from_db()
    assert (scan.code, scan.datum, scan.source_coordinates) == (code, "GCJ02", [117.0, 36.65])
    assert scan.position.x != 117.0
    assert abs(scan.position.x - 117.0) < 0.01


@pytest.mark.parametrize(
    ("longitude", "datum"), [(200.0, "WGS84"), (117.0, "NAD27"), (float("nan"), "WGS84")]
)
def test_an_impossible_position_is_refused(db, longitude, datum):
    with pytest.raises(Refused) as caught:
        record_scan(raw="x", fix=Fix(longitude=longitude, latitude=36.0, datum=datum))
    assert caught.value.field == "position"
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2::9", "2001:db8:1::"),
        ("not an address", None),
        (None, None),
    ],
)
def test_the_full_address_is_never_kept(db, address, kept):
    scan = record_scan(raw="x", address=address)
    scan.refresh_from_db()
    assert scan.network == kept


def test_a_replayed_scan_is_one_row(cast):
    mine = uuid.uuid4()
    first = record_scan(raw="x", user=cast.bo, client_id=mine)
    assert record_scan(raw="x", user=cast.bo, client_id=mine) == first
    assert Scan.objects.count() == 1


def test_a_scan_id_used_for_another_scan_is_refused(cast):
    mine = uuid.uuid4()
    record_scan(raw="x", user=cast.bo, client_id=mine)
    for changed in ({"raw": "y", "user": cast.bo}, {"raw": "x", "user": cast.lin}):
        with pytest.raises(Refused) as caught:
            record_scan(client_id=mine, **changed)
        assert caught.value.status == 409
    assert Scan.objects.count() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE tagging_scan SET raw = 'other'", "DELETE FROM tagging_scan"]
)
def test_raw_sql_cannot_change_the_log(db, statement):
    record_scan(raw="x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Scan.objects.get().raw == "x"
