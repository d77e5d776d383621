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
        ('CMD ["openresty", "-g", "daemon off;"]', True),
        ('CMD ["gosu", "app", "server"]', True),
        ("CMD exec su-exec app server", True),
        ("CMD /usr/bin/suricata -c /s.yaml -i $INTERFACE", True),
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
    [
        ("#!/bin/sh\nexec gosu app $@\n", True),
        ("#!/bin/sh\nexec $@\n", False),
        ('#!/bin/sh\nusermod -o -u "$PUID" abc\nexec server\n', True),
        ("#!/bin/sh\nchown -R app /data && exec $@\n", False),
        ("#!/bin/sh\n# usermod is not needed\nexec $@\n", False),
        ("#!/bin/sh\nexec uwsgi --ini /a.ini --uid app\n", True),
        ("#!/bin/sh\nexec supervisord -c /etc/s.conf\n", True),
        ("#!/bin/sh\nexec s6-setuidgid app server\n", True),
        ("#!/bin/sh\nexec s6-applyuidgid -u 1000 server\n", True),
        ("#!/bin/sh\nexec chpst -u app server\n", True),
        ("#!/bin/sh\ndoas -u app server\n", True),
        ("#!/bin/sh\nexec su app -c server\n", True),
        ("#!/bin/sh\nexec tini -- setuidgid app server\n", True),
        ("#!/bin/sh\n# su and doas are not needed\nexec server\n", False),
        ("#!/bin/sh\nexec server --su /srv/doas/app\n", False),
        ("#!/bin/sh\nexec numactl -m 0 server\n", False),
        ("#!/bin/sh\ntini -s -- crond -f -d 8 -l 8\n", True),
        ("#!/bin/sh\nexec /sbin/tini -- /usr/sbin/cron -f\n", True),
        ("#!/bin/sh\ntini -s -- crontool -f\n", False),
        ('#!/bin/sh\necho "$CRON /job" >>/etc/crontabs/root\nserver\n', True),
        ("#!/bin/sh\necho a > /var/spool/cron/crontabs/root\nserver\n", True),
        ("#!/bin/sh\ncat /etc/crontabs/root\nserver\n", False),
    ],
)
def test_a_script_that_is_started_gives_root_up(script, expected):
    body = 'FROM debian\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\nCMD ["server"]'
    assert gives_root_up(build(body, {"run.sh": script})) is expected


def test_uwsgi_goes_over_to_the_user_of_its_settings():
    body = 'FROM debian\nCOPY a.ini /\nCMD ["uwsgi", "--ini", "/a.ini"]'
    assert gives_root_up(build(body, {"a.ini": "[uwsgi]\nuid = mailman\n"})) is True
    assert gives_root_up(build(body, {"a.ini": "[uwsgi]\nprocesses = 2\n"})) is False
    other = body.replace("uwsgi", "server")
    assert gives_root_up(build(other, {"a.ini": "[server]\nuid = web\n"})) is False


def test_a_script_in_a_directory_is_read_too():
    body = 'FROM debian\nCOPY . /src\nENTRYPOINT ["/src/conf/entrypoint.sh"]'
    script = "#!/bin/sh\ncmd=\"su - abc -c 'server'\"\neval $cmd\n"
    assert gives_root_up(build(body, {"conf/entrypoint.sh": script})) is True
    script = "#!/bin/sh\nexec server\n"
    assert gives_root_up(build(body, {"conf/entrypoint.sh": script})) is False
