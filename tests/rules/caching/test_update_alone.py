"""When update-alone reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said


def test_an_index_is_not_left_to_the_install_after_an_upgrade():
    text = (
        "FROM debian:13\nRUN apt-get update\nRUN apt-get upgrade -y\nCOPY a /a\n"
        "RUN apt-get install -y git"
    )
    (item,) = found("update-alone", text)
    assert item.finding.fix is None


def test_an_update_before_no_cache_is_told_to_go():
    text = "FROM alpine:3.22\nRUN apk update\nRUN apk add --no-cache curl"
    assert said("update-alone", text) == [
        "apk add --no-cache fetches an index of its own: remove apk update"
    ]


RUNS = "consecutive-runs"


def test_an_update_of_its_own_is_reported_once():
    text = "FROM alpine:3.22\nRUN apk update\nRUN apk add --no-cache git"
    assert said(RUNS, text) == []
    assert said("update-alone", text)


def test_the_index_of_a_release_without_fixes_does_not_change_any_more():
    text = "FROM {}\nRUN apt-get update\nRUN apt-get install -y git"
    for ended in ("ubuntu:xenial", "ubuntu:18.04", "python:3.7-slim-buster"):
        assert said("update-alone", text.format(ended)) == []
    for supported in ("ubuntu:24.04", "debian:13"):
        assert said("update-alone", text.format(supported))


def test_an_index_that_nothing_reads_weighs_only_where_somebody_pulls_it():
    unread = "FROM debian:13\nRUN apt-get update\nCMD a"
    assert said("update-alone", unread)
    assert said("update-alone", unread, purpose="development") == []
    read = "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y git"
    assert said("update-alone", read, purpose="development")


@pytest.mark.parametrize(
    ("install", "is_fixed"),
    [("apk add bash", False), ("apk add --no-cache bash", True)],
)
def test_the_index_of_a_base_stays_for_the_images_made_from_it(install, is_fixed):
    text = "FROM alpine:3.22\nRUN apk update\nRUN apk add git\n"
    child = f"FROM shop-base\nRUN {install}\n"
    (item,) = found("update-alone", text, {"web.Dockerfile": child})
    assert (item.finding.fix is not None) is is_fixed
