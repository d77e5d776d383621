"""When user-drops-groups reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("ALL ALL = (ALL) NOPASSWD: ALL", 0),
        ("app ALL=(ALL) NOPASSWD:ALL", 0),
        ("%sudo ALL=(ALL) NOPASSWD:ALL", 1),
    ],
)
def test_sudo_does_not_need_the_group_where_users_have_a_line(line, count):
    text = (
        "FROM debian:13\nRUN useradd app && usermod -aG sudo app && "
        f'echo "{line}" >> /etc/sudoers\nUSER app:app\nCMD ["/app/server"]'
    )
    assert len(said("user-drops-groups", text)) == count


def test_the_user_is_written_as_the_file_has_it():
    text = (
        "FROM debian:13\nARG UID=1000\nRUN useradd -u ${UID} -G video app\n"
        'USER ${UID}:${UID}\nCMD ["/app/server"]'
    )
    [finding] = findings("user-drops-groups", text)
    assert finding.message == "with a group, 1000 loses video: use USER ${UID}"
    assert finding.fix is not None
    [edit] = finding.fix.edits
    assert edit.span.of(text) == ":${UID}"


@pytest.mark.parametrize(
    ("options", "group", "has_fix"),
    [
        ("-u ${UID}", "${GID}", False),
        ("-u ${UID} --gid ${GID}", "${GID}", True),
        ("-u ${UID} -g $GID", "$GID", True),
        ("-u ${UID}", "${UID}", True),
        ("-u ${UID}", "1000", True),
    ],
)
def test_a_group_of_who_builds_stays_unless_it_is_the_primary_one(
    options, group, has_fix
):
    text = (
        "FROM debian:13\nARG UID=1000\nARG GID=1000\n"
        f"RUN useradd {options} app && adduser app video\n"
        f'USER ${{UID}}:{group}\nCMD ["/app/server"]'
    )
    [finding] = findings("user-drops-groups", text)
    assert (finding.fix is not None) == has_fix
    advice = (
        "use USER ${UID}" if has_fix else "use USER ${UID} and useradd --gid ${GID}"
    )
    assert finding.message.endswith(advice)
