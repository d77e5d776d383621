"""As whom commands run that others start."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.shell.parse import parse
from lightship.shell.run_as import named_user
from lightship.text import Mapped


@pytest.mark.parametrize(
    ("line", "user"),
    [
        ("make", ""),
        ("sudo make", ""),
        ("sudo -E make", ""),
        ("sudo -u app make", "app"),
        ("sudo -Hu app make", "app"),
        ("sudo -uapp make", "app"),
        ("sudo --user=app make", "app"),
        ("sudo --user app make", "app"),
        ("sudo -g users make", ""),
        ("gosu app make", "app"),
        ("su-exec app:staff make", "app"),
        ("sudo -u other gosu app make", "app"),
        ("/usr/bin/sudo -u app make", "app"),
        ("/usr/local/bin/gosu app:staff make", "app"),
        ("sudo -D /srv -nHuapp make", "app"),
        ("sudo -p -u make", ""),
        ("sudo make -u other", ""),
        ("gosu app make -u other", "app"),
        ("doas -nu app make", "app"),
        ("setpriv --regid 50 --reuid=app --init-groups make", "app"),
        ("chroot --userspec=app:staff / make", "app"),
        ("chroot / make", ""),
        ("chpst -e /env -u app:staff make", "app"),
        ("chpst -u :1000:50 make", "1000"),
        ("s6-applyuidgid -g 50 -u 1000 make", "1000"),
        ("runuser -g staff -u app -- make", "app"),
        ("env A=1 nice make", ""),
    ],
)
def test_the_user_that_the_nearest_starter_names(line, user):
    script = parse(Mapped.plain(line, 0))
    command = script.commands[-1]
    assert named_user(script, command) == user


@pytest.mark.parametrize(
    ("line", "user"),
    [
        ("su app -c 'make'", "app"),
        ("su -c 'make' app", "app"),
        ("su - app -c make", "app"),
        ("su -s /bin/sh -g users app -c make", "app"),
        ("su --command='make' app", ""),  # not read as a script
        ("su -c make", ""),
        ("runuser -l app -c make", "app"),
        ("runuser -l -c make app", "app"),
        ("sudo -u app sh -c make", "app"),
        ('su "$APP" -c make', "$APP"),
    ],
)
def test_the_user_of_a_script_that_a_starter_runs(line, user):
    build = build_of(f"RUN {line}")
    script = build.scripts(build.dockerfile.stages[0].instructions[-1])[-1]
    assert named_user(script, script.commands[-1]) == user
