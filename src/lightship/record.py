"""`record`: the slotted dataclass that all plain data here is, frozen unless it says otherwise.

`dataclass(frozen=True, slots=True)` writes and compiles six methods for each class, and a frozen
one sets every field through `object.__setattr__`. With a hundred classes and some hundred
instances for each Dockerfile that was a third of the time of `lightship lint` on one file:
measured on CPython 3.11, 0.39 ms for a class and 0.48 µs for an instance of five fields, here 0.02
ms and 0.13 µs. So equality, hash and repr are shared, `__init__` is compiled for a class of which
there are many, and it is mypy that holds the freezing. `dataclasses.replace` works,
`dataclasses.fields` does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field
from functools import cache
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")
# So many instances of a class are filled field by field, at 2 µs each; to compile an `__init__`
# takes 0.1 ms, and of most classes one Dockerfile needs two or three
FEW = 12
# How `__init__` gets the value of a field: from its argument, from a factory, or from either
_GIVEN, _MADE, _GIVEN_OR_MADE = "given", "made", "given or made"


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(
    *, eq: bool = True, frozen: bool = True, slots: bool = True
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[Any] | None = None,
    /,
    *,
    eq: bool = True,
    frozen: bool = True,  # noqa: ARG001 - for the type checker
    slots: bool = True,
) -> Any:
    """A class as plain data, with slots, and equal by value; with `eq=False` by identity.

    `frozen=False` tells the type checker that such a thing changes. A class with cached properties
    needs `slots=False`.
    """

    def made(plain: type[Any]) -> type[Any]:
        return _made(plain, eq=eq, slots=slots)

    return made if cls is None else made(cls)


def _made(plain: type[Any], *, eq: bool, slots: bool) -> type[Any]:
    """The class again, with fields and the methods of plain data."""
    inside: dict[str, Any] = dict(vars(plain))
    own = {name: inside.pop(name, MISSING) for name in plain.__annotations__}
    known = {**getattr(plain, "__record_defaults__", {}), **own}
    inside.pop("__dict__", None)
    inside.pop("__weakref__", None)
    inside["__match_args__"] = tuple(known)
    inside["__record_defaults__"] = known
    inside["__dataclass_fields__"] = _FieldsWhenAsked(known)
    if slots:
        inside["__slots__"] = tuple(own)

    instances = 0

    def first_init(self: Any, *args: Any, **named: Any) -> None:
        """Fills the first few; what compiled code would refuse, it refuses with its own words."""
        nonlocal instances
        instances += 1
        if instances > FEW or not _fill(self, known, args, named):
            made.__init__ = _init(known)
            made.__init__(self, *args, **named)

    inside["__init__"] = first_init
    inside.setdefault("__repr__", _repr)
    if eq:
        inside |= {"__eq__": _equal, "__hash__": _hash}
    kind: Any = type(plain)
    made: Any = kind(plain.__name__, plain.__bases__, inside)
    made.__qualname__ = plain.__qualname__
    return made  # type: ignore[no-any-return]


class _FieldsWhenAsked:
    """`__dataclass_fields__`, by which `dataclasses.replace` knows a dataclass.

    Few classes are asked for it, and to make the fields of all others would be a hundredth of the
    time of `lightship lint` on one file.
    """

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def __get__(self, _: object, owner: type[Any]) -> dict[str, Field[Any]]:
        fields = {name: _field(name, default) for name, default in self.known.items()}
        owner.__dataclass_fields__ = fields
        return fields


def _field(name: str, default: Any) -> Field[Any]:
    about: Field[Any] = (
        default if isinstance(default, Field) else field(default=default)
    )
    about.name = name
    return about


def _fill(
    self: Any,
    known: Mapping[str, Any],
    args: tuple[Any, ...],
    named: Mapping[str, Any],
) -> bool:
    """Give the fields their values, without an `__init__` that is compiled.

    False where the arguments are wrong.
    """
    # Most have no Field, and this is the hot place of a start: so nothing is called for them
    names = [
        name
        for name, default in known.items()
        if type(default) is not Field or default.init
    ]
    values = {**dict(zip(names, args, strict=False)), **named}
    if len(values) != len(args) + len(named):
        return False
    for name, default in known.items():
        value = default
        if type(default) is not Field:
            value = values.pop(name, default)
        elif default.init and name in values:
            value = values.pop(name)
        elif default.default_factory is not MISSING:
            value = default.default_factory()
        else:
            value = default.default
        if value is MISSING:
            return False
        setattr(self, name, value)
    return not values


def _init(known: Mapping[str, Any]) -> Callable[..., None]:
    """`__init__` that takes these fields.

    One is compiled for all classes whose fields are given values in the same ways, and each class
    puts its own names into a copy.
    """
    fields = [_field(name, default) for name, default in known.items()]
    ways = tuple([_way(about) for about in fields])
    code = _compiled(ways)
    names = {f"field{at}": name for at, name in enumerate(known)}
    code = code.replace(
        co_varnames=tuple([names.get(name, name) for name in code.co_varnames]),
        co_names=tuple([names.get(name, name) for name in code.co_names]),
    )

    scope: dict[str, Any] = {"MISSING": MISSING}
    defaults: list[Any] = []
    for at, about in enumerate(fields):
        scope[f"make{at}"] = about.default_factory
        if about.init and (ways[at] != _GIVEN or about.default is not MISSING):
            defaults.append(about.default)
    return FunctionType(code, scope, "__init__", tuple(defaults))


def _way(about: Field[Any]) -> str:
    if about.default_factory is MISSING:
        return _GIVEN
    return _GIVEN_OR_MADE if about.init else _MADE


@cache
def _compiled(ways: tuple[str, ...]) -> CodeType:
    """The code of an `__init__` whose fields are called field0, field1 and so on."""
    arguments, lines = ["self"], []
    for at, way in enumerate(ways):
        name, value = f"field{at}", f"make{at}()"
        if way != _MADE:
            arguments.append(name)
        if way == _GIVEN:
            value = name
        elif way == _GIVEN_OR_MADE:
            value = f"{value} if {name} is MISSING else {name}"
        lines.append(f" self.{name}={value}\n")

    scope: dict[str, Any] = {}
    source = f"def __init__({','.join(arguments)}):\n{''.join(lines)} return"
    exec(source, scope)  # noqa: S102 - as dataclass does
    code: CodeType = scope["__init__"].__code__
    return code


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__match_args__])


def _equal(self: Any, other: object) -> bool:
    if self is other:
        return True
    return (
        _values(self) == _values(other) if type(self) is type(other) else NotImplemented
    )


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}"
        for name, about in self.__dataclass_fields__.items()
        if about.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"
