"""When world-writable reports something, and when it is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import RULES, findings, said

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety

CHMOD = "RUN chmod 777 /data\n"
CMD = 'RUN useradd app\nCMD ["/app/server"]'


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "docker run --rm --user 1000 shop\n"},
        {"start.sh": '#!/bin/sh\n[ "$(id -u)" = 0 ] || exec "$@"\n'},
    ],
)
def test_every_user_may_write_where_any_user_is_expected(files):
    text = f'COPY start.sh /\n{CHMOD}USER 10001\nENTRYPOINT ["/start.sh"]'
    assert findings("world-writable", text, files) == []
    assert findings("world-writable", text, {"README.md": "pip install --user a"})


def test_modes_of_one_run_are_one_finding():
    text = f"RUN chmod -R 777 /a && chmod 777 /b\nRUN chmod 777 /a/c\n{CMD}"
    (finding,) = findings("world-writable", text)
    assert len(finding.fix.edits) == 3


def test_a_target_that_others_copy_from_is_a_build_stage():
    text = f"FROM debian:13 AS build\n{CHMOD}{CMD}\nFROM scratch AS a\nCOPY --from=build /a /a"
    assert findings("world-writable", text, target="build") == []
    tested = text.replace("AS a", "AS test")
    assert findings("world-writable", tested, target="build")


def test_modes_of_an_image_for_tests_are_not_judged():
    text = f"{CHMOD}{CMD}"
    build = replace(build_of(text), purpose="test")
    assert list(lint(build, [RULES["world-writable"]])) == []


APP = 'RUN useradd app\nCMD ["/app/server"]'


@pytest.mark.parametrize(
    "comment",
    [
        '# this 777 will be replaced by 700 at runtime (allows semi-arbitrary "--user" values)',
        "# Make /data a global HOME, writable by any UID (like /tmp)",
        "# OpenShift chooses the user",
        "# Make allowance for non-1000 uid",
        "# for hosts with other user ids",
    ],
)
def test_what_is_made_for_any_user_may_be_world_writable(comment):
    text = f"RUN set -eux; \\\n    mkdir /data; \\\n    {comment}\n    chmod 777 /data\n{APP}"
    assert said("world-writable", text) == []
    assert said("world-writable", text.replace(comment, "# The data of any kind"))


@pytest.mark.parametrize(
    "comment",
    [
        "# set for anonymous user access in the container",
        "#\n# see https://github.com/shop/shop/issues/26",
        "# so that other containers can write to the socket",
        "# Make nipype profiler happy",
    ],
)
def test_a_mode_whose_reason_a_comment_gives_is_accepted(comment):
    text = f"{comment}\n{CHMOD}RUN chmod 777 /cache\n{APP}"
    assert said("world-writable", text) == []
    inside = f"RUN mkdir /data \\\n{comment}\n && chmod 777 /data\n{APP}"
    assert said("world-writable", inside) == []
    for bare in ("# Set permissions", f"{comment}\nUSER root"):
        assert said("world-writable", text.replace(comment, bare))


def test_runs_that_follow_each_other_are_one_finding():
    first, second = "RUN mkdir /a && chmod 777 /a\n", "RUN mkdir /b && chmod 777 /b\n"
    (finding,) = findings("world-writable", f"{first}\n{second}{APP}")
    assert len(finding.fix.edits) == 2
    assert len(said("world-writable", f"{first}WORKDIR /a\n{second}{APP}")) == 2


@pytest.mark.parametrize(
    "line",
    [
        "COPY files/setup_env_in_openshift.sh /usr/bin/",
        "# Create the directories of the BIDS App",
        "# Make singularity happy",
    ],
)
def test_an_image_for_arbitrary_user_ids_may_be_world_writable(line):
    assert said("world-writable", f"{CHMOD}{line}\n{APP}") == []


@pytest.mark.parametrize(
    "somebody",
    [
        "USER 10001",
        "RUN useradd app",
        "RUN chown www-data /data",
        "COPY --chown=1000 . /data",
        "RUN apt-get install -y gosu",
    ],
)
def test_where_root_alone_runs_there_is_nobody_to_keep_out(somebody):
    start = 'CMD ["/app/server"]'
    assert said("world-writable", f"{CHMOD}{start}") == []
    assert said("world-writable", f"{CHMOD}{somebody}\n{start}")


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        ("mkdir -p /log/a/ && chmod 0666 /log/a", False),
        ("mkdir -p $LOG/a && touch $LOG/a/b && chmod 666 $LOG/a", False),
        ("mkdir -p $LOG/a && touch $LOG/a/b && chmod 666 $LOG/a/b", True),
        ("mkdir -p /log/a && chmod 777 /log/a", True),
    ],
)
def test_a_directory_that_no_other_user_can_enter_is_not_open(command, is_told):
    assert bool(findings("world-writable", f"RUN {command}\n{CMD}")) is is_told


@pytest.mark.parametrize(
    ("change", "safety"),
    [
        ("RUN chown www /var/log/php.log && chmod 666 /var/log/php.log", Safety.MANUAL),
        ("RUN chmod 777 /app/run.sh /data", Safety.MANUAL),
        ("COPY --chmod=777 data/ /data/", Safety.MANUAL),
        ("RUN chmod 777 /app/run.sh", Safety.UNSAFE),
        ("COPY --chmod=777 run.sh /app/", Safety.UNSAFE),
    ],
)
def test_what_another_user_may_write_stays_open_unless_somebody_decides(change, safety):
    (finding,) = findings("world-writable", f"{change}\n{CMD}")
    assert finding.fix.safety is safety


@pytest.mark.parametrize(
    ("mode", "owner", "advice"),
    [
        ("o+w", "app:app", "remove the chmod, as app owns it"),
        ("666", "app", "remove the chmod, as app owns it"),
        ("o+w", "web", "give it to the user who writes there"),
        ("777", "app", "give it to the user who writes there"),
    ],
)
def test_what_its_writer_owns_needs_no_mode_for_all(mode, owner, advice):
    text = (
        "FROM debian:13\nENV FILE=/data/targets\nRUN useradd app && echo '[]' > $FILE && "
        f'chown {owner} $FILE && chmod {mode} $FILE\nUSER app\nCMD ["/app/server"]\n'
    )
    (message,) = said("world-writable", text)
    assert message.endswith(f": {advice}")


@pytest.mark.parametrize(
    ("commands", "is_owned"),
    [
        ("touch /log/a && chown -R app:app /srv /log && chmod 666 /log/a", True),
        ("touch /log/a && chmod 666 /log/a && chown -R app /log/", True),
        ("chown -R app /log && touch /log/a && chmod 666 /log/a", False),
        ("touch /log/a && chown app /log && chmod 666 /log/a", False),
        ("touch /log/a && chown -R app /lo && chmod 666 /log/a", False),
        ("touch /log/a && chown -R web /log && chmod 666 /log/a", False),
    ],
)
def test_what_lies_in_a_directory_of_its_writer_is_owned(commands, is_owned):
    text = f'RUN useradd app && {commands}\nUSER app\nCMD ["/app/server"]'
    [message] = said("world-writable", text)
    assert message.endswith("remove the chmod, as app owns it") is is_owned


def test_a_habit_is_one_finding():
    lines = [
        f"RUN mkdir /{name} && chmod 777 /{name}\nENV A={name}\n" for name in "abc"
    ]
    (finding,) = findings("world-writable", f"{''.join(lines)}{APP}")
    assert len(finding.fix.edits) == 3
    assert len(said("world-writable", f"{lines[0]}{lines[1]}{APP}")) == 2


def test_singularity_runs_an_image_as_whoever_calls_it():
    text = f"RUN mkdir /data && chmod 777 /data\n{APP}"
    manual = {"docs/run.md": "singularity run -B a:/data shop.sif\n"}
    assert said("world-writable", text, manual) == []
    assert said("world-writable", text, {"docs/run.md": "docker run shop\n"})


def test_the_working_directory_of_spark_is_for_any_user():
    assert said("world-writable", f"RUN chmod 777 /opt/spark/work-dir\n{APP}") == []
    assert said("world-writable", f"RUN chmod 777 /opt/spark/jars\n{APP}")


@pytest.mark.parametrize(
    ("given", "safety"),
    [
        ("RUN touch /var/log/a.log", None),
        ("RUN touch /var/log/a.log && chown www-data /var/log/a.log", Safety.MANUAL),
        ("RUN chown -R :app /var/log/", Safety.MANUAL),
        ("RUN install -o www-data -d /var/log", Safety.MANUAL),
        ("COPY --chown=app a.log /var/log/", Safety.MANUAL),
        ("RUN chown app /var/log/b.log", None),
    ],
)
def test_the_group_of_root_is_no_help_to_who_writes_a_log(given, safety):
    text = f"FROM php:8.4-apache\nRUN useradd app\n{given}\n"
    text += 'RUN chmod 666 /var/log/a.log\nCMD ["/app/server"]'
    [item] = findings("world-writable", text)
    assert (item.fix and item.fix.safety) is safety


@pytest.mark.parametrize(
    ("copy", "what"),
    [
        ("entry.sh /docker-entrypoint.d", "/docker-entrypoint.d/entry.sh"),
        ("nginx.conf /etc/nginx/conf.d/", "/etc/nginx/conf.d/nginx.conf"),
        ("nginx.conf /etc/nginx/site.conf", "/etc/nginx/site.conf"),
        ("static /srv/static", "/srv/static"),
        ("a.conf b.conf /etc/shop/", "/etc/shop/"),
        ("*.conf /etc/shop/", "/etc/shop/"),
    ],
)
def test_a_mode_of_copy_is_that_of_the_file_not_of_its_directory(copy, what):
    [message] = said("world-writable", f"COPY --chmod=777 {copy}\n{APP}")
    assert f" every user change {what}: " in message
