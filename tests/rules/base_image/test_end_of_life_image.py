"""Old releases that are meant, and images that would not build the same."""

from __future__ import annotations

from dataclasses import replace

from judged import said

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULE = {rule.id: rule for rule in all_rules()}["end-of-life-image"]


def found(text, **changes):
    return list(RULE.check(replace(build_of(text), **changes)))


def choices(text):
    [finding] = found(text)
    return [choice.message for choice in finding.choices]


def test_no_release_is_offered_whose_python_refuses_pip():
    alpine = "FROM alpine:3.17\nRUN apk add --no-cache py3-pip"
    assert choices(alpine)
    assert choices(f"{alpine}\nRUN pip3 install j2cli") == []
    assert choices(f"{alpine}\nRUN pip3 install --break-system-packages j2cli")
    ubuntu = "FROM ubuntu:18.04\nRUN pip3 install flask"
    assert choices(ubuntu) == ["Start from ubuntu:22.04"]


def test_an_old_release_beside_the_image_may_be_there_for_compatibility():
    old = "FROM ubuntu:16.04 AS xenial\n"
    new = "FROM ubuntu:24.04\nCOPY --from=xenial /lib/libz.so.1 /lib/"
    comment = "# Libraries for backwards\n# compatibility\n"
    assert found(f"{old}{new}")
    assert found(f"{comment}{old}{new}") == []
    # In the image itself it has no security fixes, whatever it is for
    assert found(f"{comment}FROM ubuntu:16.04")


def test_a_version_of_a_test_matrix_is_meant():
    text = "ARG UBUNTU=24.04\nFROM ubuntu:$UBUNTU"
    old = {"UBUNTU": "18.04"}
    assert found(text, args=old, purpose="test") == []
    [finding] = found(text, args=old)
    assert finding.message.startswith("UBUNTU=18.04: Ubuntu 18.04 (bionic) reached")
    assert found("FROM ubuntu:18.04", purpose="test")


def test_the_old_image_of_a_fixture_is_what_its_test_needs():
    text = "FROM python:3.8-slim"
    assert said("end-of-life-image", text, purpose="test")
    assert said("end-of-life-image", text, purpose="test", is_guess=True) == []
    assert said("end-of-life-image", text, is_guess=True)
