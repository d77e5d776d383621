"""When archived-package-source reports something, and when it is silent."""

from __future__ import annotations

from judged import said

BUSTER = "FROM python:3.11-buster\nRUN apt install {}"


def test_what_the_image_has_already_needs_no_mirror():
    assert said("archived-package-source", BUSTER.format("-y make git")) == []
    assert said("archived-package-source", BUSTER.format("-y make jq"))
    assert said("archived-package-source", BUSTER.format("-y $PACKAGES"))
    slim = BUSTER.replace("buster", "slim-buster")
    assert said("archived-package-source", slim.format("-y make"))
