"""When apt-instead-of-apt-get reports something, and when it is silent."""

from __future__ import annotations

from judged import said

RULE = "apt-instead-of-apt-get"


def test_a_stage_that_only_builds_is_left_alone():
    text = "FROM debian:13 AS build\nRUN apt install -y gcc\n"
    assert said(RULE, text)
    assert said(RULE, f"{text}FROM build\n")
    assert not said(RULE, f"{text}FROM debian:13\nCOPY --from=build /a /a\n")


def test_an_image_to_work_in_is_left_alone():
    text = "FROM debian:13\nRUN apt install -y gcc\n"
    for purpose in ("development", "test", "ci"):
        assert not said(RULE, text, purpose=purpose)


def test_a_list_for_the_log_is_left_alone():
    text = "FROM debian:13\nRUN {}\n"
    assert not said(RULE, text.format("apt list --installed"))
    assert not said(RULE, text.format("gcc --version && apt list"))
    assert said(RULE, text.format("apt list --installed > /packages.txt"))
    assert said(RULE, text.format('echo "$(apt list --installed)"'))
