"""When sudo-in-run reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES, findings
from made import fixed

from lightship.lint.finding import Safety


@pytest.mark.parametrize("base", ["example.com/base:1", "jenkins:2", "acme/ray:1"])
def test_sudo_stays_where_the_user_of_the_base_image_is_not_known(base):
    (finding,) = findings("sudo-in-run", f"FROM {base}\nRUN sudo make install")
    assert finding.fix is None


@pytest.mark.parametrize(
    "base", ["rayproject/ray:2", "cimg/python:3.14", "conanio/gcc11"]
)
def test_nothing_is_gained_where_the_base_image_brings_sudo(base):
    assert findings("sudo-in-run", f"FROM {base}\nRUN sudo make install") == []


def test_sudo_goes_where_the_build_runs_as_root():
    (finding,) = findings("sudo-in-run", "FROM debian:13\nRUN sudo make install")
    assert finding.fix.safety is Safety.SAFE


WITH_SUDO = (
    "FROM ubuntu:24.04\n"
    "RUN echo 'dev ALL=(root) NOPASSWD:ALL' > /etc/sudoers.d/dev\n"
    "USER dev\nRUN curl -sL https://example.org/install | sudo bash -\n"
)


@pytest.mark.parametrize(("end", "count"), [("", 0), ("CMD python3 app.py", 1)])
def test_somebody_who_works_in_the_container_may_become_root(end, count):
    assert len(findings("sudo-in-run", WITH_SUDO + end)) == count
    assert len(findings("sudo-in-run", WITH_SUDO + end, is_published=True)) == 1


@pytest.mark.parametrize(("end", "count"), [("", 0), ("CMD python3 app.py", 1)])
def test_root_needs_no_sudo_unless_others_who_work_there_do(end, count):
    text = WITH_SUDO.replace("USER dev", "USER root") + end
    assert len(findings("sudo-in-run", text)) == count


@pytest.mark.parametrize(
    ("base", "other", "count"),
    [
        (
            "FROM debian:13\nRUN echo '%sudo ALL=NOPASSWD:ALL' >> /etc/sudoers\n",
            "app:v0",
            0,
        ),
        ("FROM debian:13\nRUN echo\n", "app:v0", 1),
        (
            "FROM debian:13\nRUN echo '%sudo ALL=NOPASSWD:ALL' >> /etc/sudoers\n",
            "debian:13",
            1,
        ),
    ],
)
def test_the_dockerfile_that_gives_sudo_is_to_blame(base, other, count):
    text = f"FROM {other}\nUSER app\nRUN sudo apt-get update"
    files = {"docker/base.Dockerfile": base}
    assert len(findings("sudo-in-run", text, files)) == count


@pytest.mark.parametrize(
    ("before", "is_root"),
    [
        ("RUN apt-get update && apt-get install -y git\n", True),
        ("RUN groupadd -g 880 app && useradd -g 880 app\n", True),
        ("RUN sudo apt-get install -y git\n", False),
        ("RUN make\n", False),
    ],
)
def test_what_only_root_can_do_shows_that_the_build_is_root(before, is_root):
    text = f"FROM example.com/base:1\n{before}RUN sudo make install"
    last = findings("sudo-in-run", text)[-1]
    assert last.message.endswith("remove sudo") is is_root
    assert (last.fix is not None) is is_root


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("#!/bin/bash\n[[ $UID -ne 0 ]] || exec sudo -u app bash $0\n", 0),
        ("#!/bin/bash\n# no sudo here\nexec python -m shop\n", 1),
    ],
)
def test_a_start_script_that_calls_sudo_keeps_it_in_the_image(script, count):
    text = (
        "FROM ubuntu:24.04\nCOPY start.sh /start.sh\nRUN sudo make install\n"
        'ENTRYPOINT ["/start.sh"]\n'
    )
    assert len(findings("sudo-in-run", text, {"start.sh": script})) == count


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("RUN sudo mkdir -p ~/src/a\n", 0),
        ("ADD a /home/dev/a\nRUN sudo chown dev /home/dev/a\n", 0),
        ("RUN sudo mkdir -p /srv/a~/b\n", 1),
        ("RUN apt-get install -y git && sudo mkdir -p ~/src\n", 1),
        ("USER dev\nRUN sudo mkdir -p ~/src\n", 1),
    ],
)
def test_a_base_image_with_a_home_has_a_user_of_its_own(lines, count):
    assert len(findings("sudo-in-run", f"FROM acme/sim:1\n{lines}")) == count
    assert findings("sudo-in-run", f"FROM debian:13\n{lines}")


@pytest.mark.parametrize(
    ("line", "brings_sudo"),
    [
        ("", False),
        ("RUN apt-get install -y sudo", True),
        ("RUN echo 'dev ALL=(ALL) ALL' > /etc/sudoers.d/dev", True),
        ("RUN usermod -aG sudo dev", True),
    ],
)
def test_only_what_brings_sudo_lets_a_user_become_root(line, brings_sudo):
    text = (
        f'FROM acme/matlab:1\nUSER root\n{line}\nUSER dev\nRUN sudo rm /a\nCMD ["a"]\n'
    )
    (finding,) = findings("sudo-in-run", text)
    assert ("become root" in finding.message) is brings_sudo


@pytest.mark.parametrize("option", ["-u app", "-Hu app", "-uapp", "-nHu app"])
def test_sudo_for_another_user_changes_the_user(option):
    text = f'FROM debian:13\nRUN sudo {option} mkdir /home/app/a\nCMD ["a"]\n'
    (finding,) = findings("sudo-in-run", text)
    assert finding.message.startswith("sudo changes the user")
    assert finding.fix is None


def test_a_start_with_sudo_keeps_sudo_in_the_image():
    text = "FROM debian:13\nRUN sudo -u app mkdir /srv/a\n"
    start = 'CMD ["sudo", "-Hu", "app", "python", "/app.py"]\n'
    assert findings("sudo-in-run", text)
    assert not findings("sudo-in-run", text + start)


LISTED = """FROM debian:13
RUN buildDeps="{before}" \\
 && apt-get update && apt-get install -y $buildDeps \\
 && {sudo}gem sources --clear-all \\
 && {force}apt-get purge -y --auto-remove $buildDeps
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sudo make gcc", "make gcc"),
        ("make  sudo gcc", "make  gcc"),
        ("make sudo", "make"),
        ("make gcc", "make gcc"),
        ("make sudo-ldap", "make sudo-ldap"),
    ],
)
def test_sudo_leaves_the_list_of_what_the_run_removes_again(before, after):
    force = "SUDO_FORCE_REMOVE=yes \\\n    "
    text = LISTED.format(before=before, sudo="sudo ", force=force)
    is_gone = before != after
    assert fixed(RULES["sudo-in-run"], text) == LISTED.format(
        before=after, sudo="", force="" if is_gone else force
    )


def test_sudo_that_stays_in_the_image_stays_in_the_list():
    text = LISTED.format(before="sudo make", sudo="sudo ", force="")
    text = text.replace("purge -y --auto-remove $buildDeps", "clean")
    assert 'buildDeps="sudo make"' in fixed(RULES["sudo-in-run"], text)
