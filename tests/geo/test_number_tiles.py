"""The pyramid: bounds, Morton codes, and which cells a tile shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.pyramid import (
    MAX_ZOOM,
    WORLD_M,
    OutsidePyramid,
    Tile,
    cell_level_for,
    morton_code,
    tile_of_cell,
    to_degrees,
    to_mercator,
)
from tests.tiles import tile_at

degrees = st.tuples(st.floats(-180, 179.99), st.floats(-84, 84))


def test_the_first_tile_is_the_world() -> None:
    box = Tile(0, 0, 0).box
    assert (box.west, box.north) == (-WORLD_M / 2, WORLD_M / 2)
    assert (box.east, box.south) == (WORLD_M / 2, -WORLD_M / 2)


@pytest.mark.parametrize(
    ("z", "x", "y"),
    [(0, 1, 0), (3, 8, 0), (3, 0, -1), (MAX_ZOOM + 1, 0, 0), (-1, 0, 0), (5, 1 << 40, 1)],
)
def test_tiles_outside_the_pyramid_do_not_exist(z: int, x: int, y: int) -> None:
    with pytest.raises(OutsidePyramid):
        Tile(z, x, y)


def test_jinan_lies_in_the_tile_that_every_map_gives_it() -> None:
    assert tile_at(117.0, 36.65, 12) == Tile(12, 3379, 1599)


def test_codes_follow_the_letter_z() -> None:
    assert [morton_code(x, y) for y in (0, 1) for x in (0, 1)] == [0, 1, 2, 3]


@given(degrees, st.integers(0, MAX_ZOOM))
def test_a_point_lies_in_its_tile_and_its_cell_in_the_tiles_range(
    place: tuple[float, float], zoom: int
) -> None:
    tile = tile_at(*place, zoom)
    first, beyond = tile.cell_range()
    assert first <= tile_at(*place, MAX_ZOOM).code < beyond
    x, y = to_mercator(*place)
    slack = 1e-6 * WORLD_M / (1 << zoom) + 1e-6
    assert tile.box.west - slack <= x <= tile.box.east + slack
    assert tile.box.south - slack <= y <= tile.box.north + slack


@given(st.integers(0, MAX_ZOOM), st.data())
def test_a_code_names_its_tile(zoom: int, data: st.DataObject) -> None:
    column = st.integers(0, (1 << zoom) - 1)
    tile = Tile(zoom, data.draw(column), data.draw(column))
    assert tile_of_cell(zoom, tile.code) == tile


@given(degrees)
def test_projecting_loses_nothing(place: tuple[float, float]) -> None:
    assert to_degrees(*to_mercator(*place)) == pytest.approx(place, abs=1e-9)


def test_a_tile_shows_sixteen_to_thirty_two_cells_across() -> None:
    for zoom in range(2, 13):
        level = cell_level_for(zoom)
        assert level is not None
        assert 16 <= 1 << (level - zoom) <= 32


def test_deep_tiles_show_no_cells() -> None:
    assert cell_level_for(12) == 16
    assert cell_level_for(13) is None
    with pytest.raises(ValueError, match="larger"):
        Tile(9, 0, 0).cell_range(6)
