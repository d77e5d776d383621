from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import field, replace
from types import SimpleNamespace

import pytest

from lightship.record import FEW, record


def new_kinds():
    """Records of which there is no instance yet."""

    @record
    class Point:
        x: int
        y: int = 2

    @record
    class Line:
        start: Point
        names: list[str] = field(default_factory=list)
        end: Point = Point(0, 0)
        seen: dict[str, int] = field(default_factory=dict, init=False)

    @record
    class Other:
        make0: int
        MISSING: Mapping[str, int] = field(default_factory=dict)
        field0: str = "a"

    @record
    class Nothing:
        pass

    return SimpleNamespace(Point=Point, Line=Line, Other=Other, Nothing=Nothing)


@pytest.fixture(params=["the first instances", "one of many"])
def kinds(request):
    """An instance is filled in two ways: one of the first few, and one of many."""
    kinds = new_kinds()
    if request.param == "one of many":
        for _ in range(FEW + 1):
            kinds.Line(kinds.Point(1))
            kinds.Other(1)
            kinds.Nothing()
    return kinds


def test_fields_are_given_by_place_or_name_and_have_defaults(kinds):
    point = kinds.Point
    assert (point(1).x, point(1).y) == (1, 2)
    assert point(y=3, x=1) == point(1, 3)
    assert point(1) != point(2)
    assert kinds.Nothing() == kinds.Nothing()


def test_a_factory_is_asked_for_each_instance(kinds):
    start = kinds.Point(1)
    one, two = kinds.Line(start), kinds.Line(start)
    assert one.names == []
    assert one.names is not two.names
    assert one.seen is not two.seen
    assert kinds.Line(start, ["a"]).names == ["a"]


def test_classes_of_one_shape_keep_their_own_names(kinds):
    other = kinds.Other(1, field0="b")
    assert (other.make0, other.MISSING, other.field0) == (1, {}, "b")


def test_a_class_of_many_instances_has_an_init_of_its_own():
    point = new_kinds().Point
    points = [point(number) for number in range(FEW + 1)]
    assert [item.x for item in points] == list(range(FEW + 1))
    assert str(inspect.signature(point.__init__)) == "(self, x, y=2)"


@pytest.mark.parametrize("arguments", [(), (1, 2, 3)])
def test_a_wrong_number_of_values_is_a_type_error(kinds, arguments):
    with pytest.raises(TypeError, match="__init__"):
        kinds.Point(*arguments)


@pytest.mark.parametrize("wrong", ["z", "x"])
def test_a_value_that_is_unknown_or_given_twice_is_a_type_error(kinds, wrong):
    with pytest.raises(TypeError, match=f"'{wrong}'"):
        kinds.Point(1, **{wrong: 1})


def test_a_value_that_is_made_is_not_given(kinds):
    with pytest.raises(TypeError, match="'seen'"):
        kinds.Line(kinds.Point(1), seen={})


def test_a_record_is_plain_data(kinds):
    point = kinds.Point(1)
    line = replace(kinds.Line(point), names=["a"])
    assert repr(point).endswith("Point(x=1, y=2)")
    assert hash(point) == hash(kinds.Point(1))
    assert line.names == ["a"]
    assert not hasattr(line, "__dict__")
