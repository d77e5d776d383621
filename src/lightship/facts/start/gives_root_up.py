"""Whether a container has to start as root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_files import script_of, start_files, text_of
from lightship.facts.start.start_scripts import copied_programs, start_scripts
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.starters import USERS

_DROPPERS = USERS | {"start-stop-daemon"}
_PACKAGES = (
    "gosu",
    "su-exec",
    "s6-overlay",
    "openssh-server",
)
_MARKS = (
    "gosu",
    "su-exec",
    "s6-overlay",
    "setpriv",
)
_MARKS_IN_SCRIPT = (
    "gosu",
    "su-exec",
    "setpriv",
    "runuser",
    "su -",
    "supervisord",
    "--uid",
)
# A line that becomes another user; the names are those of the table of starters
_BECOMES = regex(rf"(?m)^[^#\n]*(?<![\w.-])(?:{'|'.join(sorted(USERS))})\s")
# What a script does with the user that it hands on to
_OF_ROOT = regex(
    r"(?m)^[^#\n]*\b(?:usermod|groupmod|useradd|groupadd|adduser|addgroup)\s"
)
# The daemon runs the jobs of each user as that user, so it starts as root alone
_STARTS_CRON = regex(
    r"(?m)(?:^|&&|;)[ \t]*(?:exec[ \t]+|sudo[ \t]+)?"
    r"(?:(?:/\S{1,40}/)?(?:tini|dumb-init|catatonit)[ \t]+(?:-\S*[ \t]+){0,9})?"
    r"(?:(?:(?:/usr)?/s?bin/)?crond?(?=[ \t&;|]|$)"
    r"|(?:service[ \t]+|/etc/init\.d/)crond?[ \t]+(?:re)?start\b)"
)
# Whose jobs they are is who starts the daemon: `echo "$CRON /job" >> /etc/crontabs/root`
_TABLES_OF_ROOT = regex(
    r"(?m)^[^#\n]*>[ \t]*(?:/etc/crontabs|/var/spool/cron(?:/crontabs)?)/root\b"
)
_DROPPED_UID = regex(r"(?m)^[^\S\n]*uid\s*=\s*\S+")
_MARKS_IN_PYTHON = ("gosu", "su-exec", "setpriv", "os.setuid(", "os.setreuid(")
# Of these only the last in each stage counts
_ONE_COUNTS = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})
# Programs that must be root, or that start others as other users
_ROOT_PROGRAMS = frozenset(
    """sshd cron crond dcron init systemd supervisord dockerd dockerd-entrypoint.sh containerd
    openvpn dnsmasq iptables smbd nmbd in.tftpd rsyslogd syslog-ng vsftpd xinetd ntpd chronyd named
    udhcpd hostapd keepalived tailscaled wg-quick strongswan ipsec kubelet kube-proxy my_init
    s6-svscan runsvdir runit mount fuse rpcbind nfsd slapd apache2 apache2ctl apachectl httpd
    httpd-foreground apache2-foreground nginx php-fpm dbus-daemon avahi-daemon service postfix
    dovecot master clamd freshclam autofs suricata snort zeek tcpdump nginx-debug openresty
    angie""".split()
)


def gives_root_up(build: Build) -> bool:
    """Whether what the image starts changes the user itself, or cannot do without root."""
    for command in start_commands(build):
        if _needs_root(command):
            return True

    for invocation in build.package_commands:
        for package in invocation.does.packages:
            if package.name in _PACKAGES:
                return True

    for text in _texts(build):
        if _holds(text, _MARKS):
            return True

    return _scripts_give_root_up(build)


def _scripts_give_root_up(build: Build) -> bool:
    """Whether a script that is started changes the user, or calls what does."""
    scripts = [text or "" for text in start_scripts(build)]
    scripts += _in_directories(build)
    if any(map(_drops, scripts)):
        return True
    if any(map(_OF_ROOT.search, scripts)) or any(map(_works_for_cron, scripts)):
        return True
    if _uwsgi_drops(build, scripts):
        return True

    called = _called(build, scripts)
    return any(map(_drops, called))


def _drops(script: str) -> bool:
    """Whether a script starts something as another user."""
    if _holds(script, _MARKS_IN_SCRIPT):
        return True
    return _BECOMES.search(script) is not None


def _works_for_cron(script: str) -> bool:
    """Whether a script starts the daemon, or writes the table of root's jobs."""
    if "cron" not in script:
        return False
    if _STARTS_CRON.search(script):
        return True
    return _TABLES_OF_ROOT.search(script) is not None


def _in_directories(build: Build) -> Iterator[str]:
    """The scripts that are started, also where a directory brings them."""
    for file in start_files(build):
        if script_of(build, file) is not None:
            yield text_of(build, file) or ""


def _uwsgi_drops(build: Build, scripts: Sequence[str]) -> bool:
    """Whether uWSGI is started, whose settings name the user that it goes over to."""
    commands = start_commands(build)
    is_started = any(command.name == "uwsgi" for command in commands)
    is_named = any("uwsgi" in script for script in scripts)
    if not is_started and not is_named:
        return False

    settings = sources_of(build, (".ini",))
    return any(map(_DROPPED_UID.search, settings))


def _called(build: Build, scripts: Sequence[str]) -> Iterator[str]:
    """What the start commands and scripts call among the files that are copied by name.

    Programs in Python too: they end in `gosu`, or set the user themselves.
    """
    started: list[str] = []
    for command in start_commands(build):
        started += [value or "" for value in command.values]

    for name, text in copied_programs(build):
        if name.endswith(".py"):
            is_called = any(word.endswith(name) for word in started)
            if is_called and _holds(text, _MARKS_IN_PYTHON):
                yield "gosu"
        elif any(_calls(script, name) for script in scripts):
            yield text


def _calls(script: str, name: str) -> bool:
    """Whether a script has the name of a program as a word."""
    at = script.find(name)
    if at < 0:
        return False

    end = at + len(name)
    before = script[at - 1 : at]
    after = script[end : end + 1]
    if before.isalnum() or before in ("-", "_", "."):
        return False
    return not after.isalnum()


def _needs_root(command: Command) -> bool:
    if command.name in _ROOT_PROGRAMS:
        return True
    if command.name in _DROPPERS:
        return True
    return any(map(command.wrapped_by, _DROPPERS))


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    return any(mark in text for mark in marks)


def _texts(build: Build) -> Iterator[str]:
    """The texts of the instructions that are in force in the image."""
    last = {}
    for step in build.shipped_steps:
        keyword = step.instruction.keyword
        last[step.stage.index, keyword] = step

    for step in build.shipped_steps:
        instruction = step.instruction
        keyword = instruction.keyword
        is_last = last[step.stage.index, keyword] is step
        if is_last or keyword not in _ONE_COUNTS:
            yield instruction.line.text
