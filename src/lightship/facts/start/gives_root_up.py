"""Whether a container must start as root, since what it starts gives that up by itself or cannot do without."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_scripts import start_scripts
from lightship.shell.commands import Command
from lightship.shell.starters import USERS

_DROPPERS = USERS | {"start-stop-daemon"}
_ONE_COUNTS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))  # the last of each
_DROPS_IN_SCRIPT = ("gosu", "su-exec", "setpriv", "runuser", "su -", "chroot ", "sudo ")
# Programs that must be root, or that start others as other users
_ROOT_PROGRAMS = frozenset(
    """sshd cron crond dcron init systemd supervisord dockerd dockerd-entrypoint.sh containerd openvpn dnsmasq iptables
    smbd nmbd in.tftpd rsyslogd syslog-ng vsftpd xinetd ntpd chronyd named udhcpd hostapd keepalived tailscaled
    wg-quick strongswan ipsec kubelet kube-proxy my_init s6-svscan runsvdir runit mount fuse rpcbind nfsd slapd
    apache2 apache2ctl apachectl httpd httpd-foreground apache2-foreground nginx php-fpm dbus-daemon avahi-daemon
    service postfix dovecot master clamd freshclam autofs""".split()
)


def gives_root_up(build: Build) -> bool:
    """Whether the container needs root at first: what it starts is to change the user itself, or cannot without."""
    commands = start_commands(build)
    if any(command.name in _ROOT_PROGRAMS or _drops(command) for command in commands):
        return True
    for invocation in build.package_commands:
        if any(
            package.name in ("gosu", "su-exec", "s6-overlay", "openssh-server")
            for package in invocation.does.packages
        ):
            return True
    steps = build.shipped_steps
    last = {(step.stage.index, step.instruction.keyword): step for step in steps}
    texts = [
        step.instruction.line.text
        for step in steps
        if step.instruction.keyword not in _ONE_COUNTS
        or step is last[step.stage.index, step.instruction.keyword]
    ]
    if any(
        mark in text
        for text in texts
        for mark in ("gosu", "su-exec", "s6-overlay", "setpriv")
    ):
        return True
    return any(
        mark in (text or "")
        for text in start_scripts(build)
        for mark in _DROPS_IN_SCRIPT
    )


def _drops(command: Command) -> bool:
    return command.name in _DROPPERS or any(map(command.wrapped_by, _DROPPERS))
