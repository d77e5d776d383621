"""Which variables of FROM are no mistake, though no ARG declares them."""

from __future__ import annotations

import pytest
from judged import said

RULES = ("undefined-arg-in-from", "invalid-default-base-image")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FROM $DOCKER_IMAGE_PARENT\nRUN make\n", 0),
        ("FROM ${DOCKER_IMAGE_PARENT}\nRUN make\n", 0),
        ("FROM $IMAGE\nRUN make\n", 1),
        # A mistake of somebody who meant an ARG
        ("ARG BASE=debian:13\nFROM $BSAE\n", 1),
        ("FROM $BASE\nARG BASE=debian:13\n", 1),
        ("FROM debian:$RELEASE\n", 1),
    ],
)
def test_another_tool_writes_in_what_it_calls_so(text, count):
    assert len(said("undefined-arg-in-from", text)) == count
    assert bool(said("invalid-default-base-image", text)) is bool(count)
