from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import field, replace

import pytest

from lightship.record import record


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


def test_fields_are_given_by_place_or_name_and_have_defaults():
    assert (Point(1).x, Point(1).y) == (1, 2)
    assert Point(y=3, x=1) == Point(1, 3)
    assert Point(1) != Point(2)
    assert Nothing() == Nothing()


def test_a_factory_is_asked_for_each_instance():
    one, two = Line(Point(1)), Line(Point(1))
    assert one.names == []
    assert one.names is not two.names
    assert one.seen is not two.seen
    assert Line(Point(1), ["a"]).names == ["a"]


def test_classes_of_one_shape_keep_their_own_names():
    other = Other(1, field0="b")
    assert (other.make0, other.MISSING, other.field0) == (1, {}, "b")
    assert str(inspect.signature(Point.__init__)) == "(self, x, y=2)"


@pytest.mark.parametrize("arguments", [(), (1, 2, 3)])
def test_a_wrong_number_of_values_is_a_type_error(arguments):
    with pytest.raises(TypeError, match="__init__"):
        Point(*arguments)


def test_a_value_that_nobody_knows_is_a_type_error():
    with pytest.raises(TypeError, match="'z'"):
        Point(1, z=1)
    with pytest.raises(TypeError, match="'seen'"):
        Line(Point(1), seen={})


def test_a_record_is_plain_data():
    line = replace(Line(Point(1)), names=["a"])
    assert repr(Point(1)) == "Point(x=1, y=2)"
    assert hash(Point(1)) == hash(Point(1))
    assert line.names == ["a"]
    assert not hasattr(line, "__dict__")
