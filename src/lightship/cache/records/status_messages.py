"""The log of a build record: protobuf messages, each after its length.

Source: moby/buildkit, api/services/control/control.proto (StatusResponse) and
solver/llbsolver/history (ImportStatus): a length of four bytes, little-endian, then the message. Of
it only the steps are looked at. The messages are described here, in place of a file that a compiler
makes of BuildKit's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from lightship.cache.records.record_limits import (
    LARGEST_MESSAGE,
    MOST_MESSAGES,
    MOST_STATES,
)
from lightship.cache.times.buildkit_progress import Vertex, cut_vertex
from lightship.errors import UsageError

_PACKAGE = "lightship.status"
_LENGTH = 4  # bytes
_NANOSECOND = 1e-9
_Field = FieldDescriptorProto
_TEXT = _Field.TYPE_STRING
_FLAG = _Field.TYPE_BOOL
# name, number, type; a list where the name ends with `[]`
_MESSAGES: dict[str, tuple[tuple[str, int, int | str], ...]] = {
    "Timestamp": (
        ("seconds", 1, _Field.TYPE_INT64),
        ("nanos", 2, _Field.TYPE_INT32),
    ),
    "ProgressGroup": (
        ("id", 1, _TEXT),
        ("name", 2, _TEXT),
        ("weak", 3, _FLAG),
    ),
    "Vertex": (
        ("digest", 1, _TEXT),
        ("inputs[]", 2, _TEXT),
        ("name", 3, _TEXT),
        ("cached", 4, _FLAG),
        ("started", 5, "Timestamp"),
        ("completed", 6, "Timestamp"),
        ("error", 7, _TEXT),
        ("progressGroup", 8, "ProgressGroup"),
    ),
    "StatusResponse": (("vertexes[]", 1, "Vertex"),),
}


def status_vertexes(log: bytes, where: str) -> Iterator[Vertex]:
    """The states of steps that a log tells of.

    A UsageError where a message is cut off, too long, or not such a message.
    """
    kind = _status_response()
    states = 0
    for message in _messages(log, where):
        try:
            status = kind.FromString(message)
        except DecodeError as error:
            raise UsageError(
                f"{where}: the log of this build record is damaged: {error}"
            ) from error

        states += len(status.vertexes)
        if states > MOST_STATES:
            raise UsageError(f"{where}: more than {MOST_STATES:,} states of steps")
        yield from map(_vertex, status.vertexes)


def _messages(log: bytes, where: str) -> Iterator[bytes]:
    at = 0
    count = 0
    while at < len(log):
        start = at + _LENGTH
        length = int.from_bytes(log[at:start], "little")
        at = start + length
        count += 1
        if length > LARGEST_MESSAGE or at > len(log):
            raise UsageError(
                f"{where}: the log of this build record is cut off or damaged: a message of "
                f"{length:,} bytes"
            )
        if count > MOST_MESSAGES:
            raise UsageError(f"{where}: more than {MOST_MESSAGES:,} messages")
        yield log[start:at]


def _vertex(raw: Any) -> Vertex:
    name = raw.name
    # COPY --link is several steps under one name
    if raw.HasField("progressGroup"):
        name = raw.progressGroup.name
    started = _seconds(raw, "started")
    completed = _seconds(raw, "completed")
    vertex = Vertex(
        digest=raw.digest,
        name=name,
        started=started,
        completed=completed,
        cached=raw.cached,
        error=raw.error,
    )
    return cut_vertex(vertex)


def _seconds(raw: Any, key: str) -> float | None:
    if not raw.HasField(key):
        return None
    moment = getattr(raw, key)
    fraction = moment.nanos * _NANOSECOND
    return float(moment.seconds + fraction)


@cache
def _status_response() -> Any:
    """The class of the message that the log is made of."""
    file = FileDescriptorProto(name="status.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields:
            _describe(message, *field)
    pool = DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName(f"{_PACKAGE}.StatusResponse")
    return GetMessageClass(descriptor)


def _describe(
    message: DescriptorProto,
    name: str,
    number: int,
    kind: int | str,
) -> None:
    label = _Field.LABEL_OPTIONAL
    if name.endswith("[]"):
        label = _Field.LABEL_REPEATED
        name = name.removesuffix("[]")
    field = message.field.add(name=name, number=number, label=label)
    if isinstance(kind, str):
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind}"
    else:
        field.type = kind  # type: ignore[assignment]
