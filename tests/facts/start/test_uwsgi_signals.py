"""Whether the uWSGI that an image starts ends by SIGTERM."""

from __future__ import annotations

import pytest

from lightship.facts.start.purpose import start_commands
from lightship.facts.start.uwsgi_signals import uwsgi_acts_on_stop
from tests.made import build

MASTER = "[uwsgi]\nmaster = true\n"


@pytest.mark.parametrize(
    ("line", "settings", "expected"),
    [
        ('["uwsgi", "--http", ":80"]', "", True),
        ('["uwsgi", "--ini", "app.ini"]', MASTER, False),
        ('["uwsgi", "--ini", "app.ini"]', f"{MASTER}die-on-term = true\n", True),
        ('["uwsgi", "--ini", "app.ini"]', "[uwsgi]\nmaster = false\n", True),
        ('["uwsgi", "--ini", "app.ini"]', "", None),
        ('["uwsgi", "--master"]', "", False),
        ('["uwsgi", "--master", "--die-on-term"]', "", True),
        ("uwsgi '--master'", "", False),
    ],
)
def test_the_master_reloads_unless_it_is_told_to_end(line, settings, expected):
    files = {"app.ini": settings} if settings else {}
    image = build(f"FROM debian\nWORKDIR /app\nCOPY . .\nCMD {line}", files)
    *_, command = start_commands(image)
    assert uwsgi_acts_on_stop(image, command) is expected


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [("STOPSIGNAL SIGINT", True), ("STOPSIGNAL SIGHUP", False), ("ENV A=1", False)],
)
def test_a_stop_signal_by_which_it_ends_counts(instruction, expected):
    image = build(
        f"FROM debian\nWORKDIR /app\nCOPY . .\n{instruction}\nCMD uwsgi --ini app.ini",
        {"app.ini": MASTER},
    )
    *_, command = start_commands(image)
    assert uwsgi_acts_on_stop(image, command) is expected
