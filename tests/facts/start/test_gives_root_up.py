"""Whether a container must start as root."""

from __future__ import annotations

import pytest

from lightship.facts.start.gives_root_up import gives_root_up
from tests.made import build


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('CMD ["python3", "app.py"]', False),
        ('CMD ["/usr/sbin/sshd", "-D"]', True),
        ('CMD ["gosu", "app", "server"]', True),
        ("CMD exec su-exec app server", True),
        ('CMD ["setpriv", "--reuid=app", "--init-groups", "server"]', True),
        ('CMD ["runuser", "-u", "app", "--", "server"]', True),
        ('ENTRYPOINT ["s6-setuidgid", "app"]\nCMD ["server"]', True),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["server"]', False),
        ("RUN sudo apt-get update\nCMD server", False),
        ("RUN apt-get install -y gosu\nCMD server", True),
        ('ENV DROP="gosu app"\nCMD server', True),
        ("CMD gosu app server\nCMD server", False),  # the last one counts
        ("FROM debian AS a\nRUN echo gosu\nFROM debian\nCMD server", False),
    ],
)
def test_what_is_started_gives_root_up_or_must_be_root(body, expected):
    assert gives_root_up(build(f"FROM debian\n{body}")) is expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [("#!/bin/sh\nexec gosu app $@\n", True), ("#!/bin/sh\nexec $@\n", False)],
)
def test_a_script_that_is_started_gives_root_up(script, expected):
    body = 'FROM debian\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\nCMD ["server"]'
    assert gives_root_up(build(body, {"run.sh": script})) is expected
