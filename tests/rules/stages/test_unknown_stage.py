"""When unknown-stage reports something, and when it is silent."""

from __future__ import annotations

from judged import said, severities

from lightship.lint.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def test_a_stage_that_the_target_does_not_reach_is_not_judged():
    text = "FROM debian:13 AS gpu\nCOPY --from=rootfs / /\nFROM debian:13 AS cpu\nUSER 10001"
    assert said("unknown-stage", text) == []
    assert said("unknown-stage", text, target="gpu")


def test_a_name_that_is_used_again_where_no_build_is_known_is_a_note_without_a_guess():
    text = (
        "FROM debian:13 AS base_image\nFROM base_image\n"
        "COPY --from=base_images /a /a\nCOPY --from=base_images /b /b"
    )
    assert severities("unknown-stage", text, is_guess=True) == [INFO, INFO]
    assert "did you mean" not in "".join(said("unknown-stage", text, is_guess=True))
    assert "did you mean" in said("unknown-stage", text)[0]
