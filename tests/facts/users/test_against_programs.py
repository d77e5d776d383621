"""What shadow's and Debian's programs do on this machine, beside what we read from their commands.

They run in a mount namespace of their own, on a copy of the files that they change.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lightship.facts.users.accounts import accounts, memberships
from tests.made import build

COMMANDS = {
    "useradd": [
        "useradd app",
        "useradd -u1000 app",
        "useradd -lmu 10001 -U app",
        "useradd -rg daemon -G bin,sys app",
        "useradd --gid 1 app",
        "useradd -N app",
        "useradd -b /srv app",
        "useradd -b /srv -d /x app",
        "useradd --home /x app",
        "useradd --create -s /bin/false app",
        "useradd -f -1 app -u 1000",
        "useradd --root / app",
        "useradd -K UID_MIN=3000 -c '' -- app",
        "useradd a b",
        "useradd -u 4000 app && usermod -d /q -u 4001 app",
        "useradd app && usermod -aG bin,sys app",
        "useradd app && usermod -l web app",
        "useradd app && gpasswd -a app bin",
        "useradd app && gpasswd -M app,daemon bin",
        "groupadd -rg 5000 app",
        "groupadd -g 5000 app && useradd -g app app",
        "groupadd -U bin,daemon more",
    ],
    "adduser": [
        "adduser --disabled-password --gecos '' app",
        "adduser --disabled-password --gecos --quiet app",
        "adduser --disabled-p --comment x --conf /etc/adduser.conf app",
        "adduser --disabled-password --comment= --uid=5000 --home /x --shell /bin/sh app",
        "adduser --disabled-password --comment x app --ingroup daemon",
        "adduser --disabled-password --comment x --gid 1 app",
        "adduser --system app",
        "adduser --system --group --home /x app",
        "adduser --group app",
        "adduser daemon bin",
        "addgroup --gid 5000 app",
    ],
}
# In memory, since the programs write each file through to the disk. Every command meets fresh files.
ON_A_COPY = """
set -e
directory=$1; shift
mount -t tmpfs none /etc
cp -r $directory /etc/fresh
for name in /home /var/mail; do
    if [ -d $name ]; then mount -t tmpfs none $name; fi
done
for command in "$@"; do
    cp -r /etc/fresh/. /etc
    sh -c "$command" > /dev/null 2>&1 < /dev/null || true
    cat /etc/passwd; echo --; cat /etc/group; echo ==
done
"""
FILES = "passwd group shadow gshadow subuid subgid login.defs adduser.conf nsswitch.conf skel default pam.d"
Rows = list[list[str]]


def has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(
            ["unshare", "--mount", "true"], capture_output=True, check=False
        ).returncode
        == 0
    )


def rows(text: str) -> Rows:
    return [line.split(":") for line in text.splitlines()]


def run(commands: list[str], directory: Path) -> list[tuple[Rows, Rows]]:
    """What each command adds to the files of users and of groups, or changes in them."""
    files = directory / "files"
    files.mkdir()
    for path in map(Path("/etc").joinpath, FILES.split()):
        if path.is_dir():
            shutil.copytree(path, files / path.name)
        elif path.exists():
            shutil.copy(path, files)

    words = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        ON_A_COPY,
        "sh",
        files,
        "true",
        *commands,
    ]
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=300, check=True, encoding="utf-8"
    )

    texts = [text.partition("--\n") for text in done.stdout.split("==\n")[:-1]]
    [(old_users, old_groups), *after] = [
        (rows(users), rows(groups)) for users, _, groups in texts
    ]
    return [
        (
            [row for row in users if row not in old_users],
            [row for row in groups if row not in old_groups],
        )
        for users, groups in after
    ]


@pytest.mark.parametrize("program", COMMANDS)
def test_the_programs_make_the_accounts_that_we_read(program, tmp_path):
    if shutil.which(program) is None or not has_namespaces():
        pytest.skip(f"no {program} or no mount namespaces on this machine")
    commands = COMMANDS[program]
    for command, (users, groups) in zip(commands, run(commands, tmp_path), strict=True):
        made = build(f"RUN {command}")
        read = accounts(made)
        assert [user[0] for user in users] == [account.name for account in read], (
            command
        )
        for user, account in zip(users, read, strict=True):
            name, _, number, group, _, home, shell = user
            assert account.number in ("", number), command
            assert account.home in (None, home), command
            assert account.shell in (None, shell), command
            names = [row[0] for row in groups if row[2] == group]
            assert account.own_group == (name in names and "groupadd" not in command), (
                command
            )
            assert account.group in ("", group, "daemon", *names), command

        # Debian's adduser may put every user into `users` too, which its settings say
        members = {
            (user, row[0])
            for row in groups
            for user in row[3].split(",")
            if user and row[0] != "users"
        }
        read_members = {(member.user, member.group) for member in memberships(made)}
        assert read_members == members, command
