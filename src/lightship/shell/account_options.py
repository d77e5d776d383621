"""The options of the programs that make users and groups, a table each.

They are those of useradd(8), groupadd(8), usermod(8), groupmod(8) and gpasswd(1) of shadow 4.17,
of adduser(8) and addgroup(8) of Debian 3.152, and of busybox 1.37 (loginutils/adduser.c and
addgroup.c). Debian's adduser and busybox's share a table: they differ in `-h` alone, which is
busybox's home directory and prints Debian's help.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.record import record


@record
class Options:
    """The options of a program, by how they are written.

    `values` need a value and `flags` have none; `optional` take the next word as their value
    unless it is an option itself.
    """

    values: Mapping[str, str]
    flags: Mapping[str, str]
    optional: Mapping[str, str]

    def full(self, spelling: str) -> str:
        """The option that an abbreviation stands for; what is none is left as it is."""
        names = [*self.values, *self.flags, *self.optional]
        if spelling in names:
            return spelling
        full = [name for name in names if name.startswith(spelling)]
        return full[0] if len(full) == 1 else spelling

    def meaning(self, spelling: str) -> str:
        """The name that the tables give it; the option itself where they do not have it."""
        for table in (self.values, self.flags, self.optional):
            if spelling in table:
                return table[spelling]
        return spelling


def _table(*rows: str) -> Mapping[str, str]:
    """Rows of a meaning and its spellings, by spelling."""
    table: dict[str, str] = {}
    for row in rows:
        meaning, *spellings = row.split()
        table |= dict.fromkeys(spellings, meaning)
    return table


_USERADD = Options(
    values=_table(
        "base-dir -b --base-dir",
        "comment -c --comment",
        "expiredate -e --expiredate",
        "gid -g --gid",
        "groups -G --groups",
        "home -d --home-dir --home",
        "inactive -f --inactive",
        "key -K --key",
        "password -p --password",
        "prefix -P --prefix",
        "root -R --root",
        "selinux-range --selinux-range",
        "selinux-user -Z --selinux-user",
        "shell -s --shell",
        "skel -k --skel",
        "uid -u --uid",
    ),
    flags=_table(
        "add-subids-for-system -F --add-subids-for-system",
        "badname --badname",
        "btrfs-subvolume-home --btrfs-subvolume-home",
        "create-home -m --create-home",
        "defaults -D --defaults",
        "extrausers --extrausers",
        "help -h --help",
        "no-create-home -M --no-create-home",
        "no-log-init -l --no-log-init",
        "no-user-group -N --no-user-group",
        "non-unique -o --non-unique",
        "system -r --system",
        "user-group -U --user-group",
    ),
    optional={},
)
_USERMOD = Options(
    values=_table(
        "add-subgids -w --add-subgids",
        "add-subuids -v --add-subuids",
        "comment -c --comment",
        "del-subgids -W --del-subgids",
        "del-subuids -V --del-subuids",
        "expiredate -e --expiredate",
        "gid -g --gid",
        "groups -G --groups",
        "home -d --home",
        "inactive -f --inactive",
        "login -l --login",
        "password -p --password",
        "prefix -P --prefix",
        "root -R --root",
        "selinux-range --selinux-range",
        "selinux-user -Z --selinux-user",
        "shell -s --shell",
        "uid -u --uid",
    ),
    flags=_table(
        "append -a --append",
        "badname -b --badname",
        "extrausers --extrausers",
        "help -h --help",
        "lock -L --lock",
        "move-home -m --move-home",
        "non-unique -o --non-unique",
        "remove -r --remove",
        "unlock -U --unlock",
    ),
    optional={},
)
_GROUPADD = Options(
    values=_table(
        "gid -g --gid",
        "key -K --key",
        "password -p --password",
        "prefix -P --prefix",
        "root -R --root",
        "users -U --users",
    ),
    flags=_table(
        "extrausers --extrausers",
        "force -f --force",
        "help -h --help",
        "non-unique -o --non-unique",
        "system -r --system",
    ),
    optional={},
)
_GROUPMOD = Options(
    values=_table(
        "gid -g --gid",
        "new-name -n --new-name",
        "password -p --password",
        "prefix -P --prefix",
        "root -R --root",
        "users -U --users",
    ),
    flags=_table(
        "append -a --append",
        "extrausers --extrausers",
        "help -h --help",
        "non-unique -o --non-unique",
    ),
    optional={},
)
_GPASSWD = Options(
    values=_table(
        "add -a --add",
        "administrators -A --administrators",
        "delete -d --delete",
        "members -M --members",
        "root -Q --root",
    ),
    flags=_table(
        "help -h --help",
        "remove-password -r --remove-password",
        "restrict -R --restrict",
    ),
    optional={},
)
_ADDUSER = Options(
    values=_table(
        "comment -g",
        "conf -c --conf",
        "firstgid --firstgid",
        "firstuid --firstuid",
        "gid --gid",
        "home -h --home",
        "ingroup -G --ingroup",
        "lastgid --lastgid",
        "lastuid --lastuid",
        "message-level --stdoutmsglevel --stderrmsglevel --logmsglevel",
        "shell -s --shell",
        "skel -k --skel",
        "uid -u --uid",
    ),
    flags=_table(
        "add-extra-groups --add-extra-groups --add_extra_groups",
        "allow-bad-names --allow-bad-names --allow-badname --allow-all-names --force-badname",
        "disabled-login --disabled-login",
        "disabled-password -D --disabled-password --empty-password",
        "encrypt-home --encrypt-home",
        "extrausers --extrausers",
        "group --group",
        "help --help",
        "no-create-home -H --no-create-home",
        "quiet -q --quiet --verbose --debug",
        "system -S --system",
        "version -v --version",
    ),
    optional=_table("comment --comment --gecos"),
)
_ADDGROUP = Options(
    values=_table(
        "conf -c --conf",
        "firstgid --firstgid",
        "gid -g --gid",
        "lastgid --lastgid",
        "message-level --stdoutmsglevel --stderrmsglevel --logmsglevel",
    ),
    flags=_table(
        "allow-bad-names --allow-bad-names --allow-badname --allow-all-names --force-badname",
        "extrausers --extrausers",
        "group --group",
        "help -h --help",
        "quiet -q --quiet --verbose --debug",
        "system -S --system",
        "version -v --version",
    ),
    optional={},
)
PROGRAMS = {
    "useradd": _USERADD,
    "usermod": _USERMOD,
    "groupadd": _GROUPADD,
    "groupmod": _GROUPMOD,
    "gpasswd": _GPASSWD,
    "adduser": _ADDUSER,
    "addgroup": _ADDGROUP,
}
