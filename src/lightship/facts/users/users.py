"""As whom a container runs, and the edits that let it run as somebody other than root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.reference import read_reference
from lightship.base_images.users import ImageUser, image_user
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import clean
from lightship.evaluation.stages import SCRATCH
from lightship.facts.copies.deliveries import below, delivery
from lightship.facts.edits import moves
from lightship.facts.start.program_writes import owned_by_program, written_beside
from lightship.facts.start.purpose import runs_program, start_commands, start_steps
from lightship.facts.users.accounts import groups, shipped_accounts
from lightship.facts.variables import is_true
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.packages import read_command
from lightship.text import Edit

UID = "10001"
NAME = "app"
_MAKE = {
    "shadow": f"groupadd --gid {UID} {NAME} && useradd --uid {UID} --gid {NAME} --create-home {NAME}",
    "busybox": f"addgroup -g {UID} {NAME} && adduser -D -u {UID} -G {NAME} {NAME}",
}
_DROPPERS = frozenset(
    "gosu su-exec setpriv runuser su sudo chroot s6-setuidgid setuidgid chpst start-stop-daemon".split()
)
_ONE_COUNTS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))  # the last of each
_DROPS_IN_SCRIPT = ("gosu", "su-exec", "setpriv", "runuser", "su -", "chroot ", "sudo ")
_ROOT_IN_SCRIPT = (
    "apt-get",
    "apk add",
    "chown",
    "useradd",
    "adduser",
    "/etc/",
    "service ",
    "mount ",
    "nginx",
    "sshd",
    "cron",
)
# Programs that must be root, or that start others as other users
_ROOT_PROGRAMS = frozenset(
    """sshd cron crond dcron init systemd supervisord dockerd dockerd-entrypoint.sh containerd openvpn dnsmasq iptables
    smbd nmbd in.tftpd rsyslogd syslog-ng vsftpd xinetd ntpd chronyd named udhcpd hostapd keepalived tailscaled
    wg-quick strongswan ipsec kubelet kube-proxy my_init s6-svscan runsvdir runit mount fuse rpcbind nfsd slapd
    apache2 apache2ctl apachectl httpd httpd-foreground apache2-foreground nginx php-fpm dbus-daemon avahi-daemon
    service postfix dovecot master clamd freshclam autofs""".split()
)
# What is installed for the user who installs it, so that another cannot read it
_OF_HOME = frozenset(
    {
        "poetry",
        "pipenv",
        "pipx",
        "conda",
        "micromamba",
        "playwright",
        "nvm",
        "rustup",
        "sdk",
    }
)
_VENV_MAKERS = ("poetry", "pipenv")
_FALSE = ("0", "false", "no")
_NO_VENV_AT_HOME = (("virtualenvs.create", "false"), ("virtualenvs.in-project", "true"))
_TAIL = frozenset(
    "EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL LABEL ENV ARG MAINTAINER".split()
)
_ROOT = frozenset({"root", "0"})


def is_root(user: str) -> bool:
    """Whether `USER` with this operand means root; a group does not matter."""
    return user.partition(":")[0] in _ROOT


def base_of(build: Build) -> ImageUser:
    """What is known of the image that the final stage comes from."""
    name = build.evaluation.root(build.lineage[0]).name
    if name == SCRATCH:
        return ImageUser("root")
    image = read_reference(name)
    return ImageUser("unknown") if isinstance(image, str) else image_user(image)


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


@record
class RootRun:
    """The container runs as root: because of `step`, a USER, or because there is none.

    `sure` is False where the base image is not known, and may have another user.
    """

    step: Step | None
    sure: bool = True


def root_run(build: Build) -> RootRun | None:
    """Whether the final image starts a program as root, and not because that must be root or gives it up."""
    return build.once(_root_run)


def _root_run(build: Build) -> RootRun | None:
    final = build.final
    if final is None or build.evaluation.root(final).system == "windows":
        return None
    if any(item.trigger for item in final.instructions):
        return None
    base = base_of(build)
    last = next(
        (
            step
            for step in reversed(build.shipped_steps)
            if step.instruction.keyword == "USER"
        ),
        None,
    )
    if last is not None:
        meant = gives_root_up(build) or (
            base.runs_as == "drops" and not start_steps(build)
        )
        return (
            RootRun(last)
            if last.operands and is_root(last.operands[0]) and not meant
            else None
        )
    if (
        base.runs_as in ("user", "drops")
        or gives_root_up(build)
        or not runs_program(build)
    ):
        return None
    return RootRun(None, sure=base.runs_as == "root")


def _drops(command: Command) -> bool:
    return command.name in _DROPPERS or any(
        command.wrapped_by(name) for name in ("gosu", "su-exec", "sudo", "chroot")
    )


def start_scripts(build: Build) -> Iterator[str | None]:
    """The text of each script of the build context that the image starts; None where it cannot be read."""
    names = {
        (value or "").rpartition("/")[2]
        for command in start_commands(build)
        for value in command.values
    } - {""}
    seen: set[str] = set()
    for step in build.shipped_steps:
        if (
            step.instruction.keyword in ("COPY", "ADD")
            and step.instruction.flag("from") is None
        ):
            for source in step.operands[:-1]:
                name = source.rpartition("/")[2]
                if name in names and not name.endswith(
                    (".py", ".js", ".jar", ".php", ".rb", ".json", ".conf")
                ):
                    seen.add(name)
                    yield _script(build, source)
    for name in sorted(names - seen):
        if name.endswith((".sh", ".bash")) or "entrypoint" in name:
            yield _script(build, name)


def _script(build: Build, path: str) -> str | None:
    """A program has NUL bytes or is too long to be read: nothing can be said of it, and nothing needs to."""
    if build.context is None:
        return None
    text = build.context.read(path)
    if text is None:
        return "" if build.context.exists(path) else None
    return "" if "\0" in text else text


def plan(build: Build, base: ImageUser) -> tuple[Edit, ...]:
    """The edits that make the final image run as a user; nothing where that surely or probably breaks it."""
    final = build.final
    if final is None or not final.instructions or _needs_root(build):
        return ()
    users = [
        step.operands[0]
        for step in build.shipped_steps
        if step.instruction.keyword == "USER" and step.operands
    ]
    before = next(
        (user for user in reversed(users) if user and not is_root(user)), None
    )
    lines = _user_lines(build, base, before)
    owned = owned_by_program(build) if lines and before is None else []
    if not lines or owned is None or (owned and _has_no_shell(build)):
        return ()
    if not owned:
        return _placed(build, final, lines)
    owner = lines[-1].removeprefix("USER ")
    placed = _placed(build, final, _with_directories(lines, owner, owned))
    return (*placed, *_with_owner(build, final, owner)) if placed else ()


def _placed(build: Build, final: Stage, lines: Sequence[str]) -> tuple[Edit, ...]:
    """`lines` where nothing behind them needs root, those that make the user before the copies that stand last."""
    dockerfile, items = build.dockerfile, final.instructions
    at = (
        max(
            (at for at, item in enumerate(items) if item.keyword not in _TAIL),
            default=-1,
        )
        + 1
    )
    if at and items[at - 1].keyword == "USER" and len(lines) == 1:
        return (
            Edit.replace(items[at - 1].args[0].span, lines[0].removeprefix("USER ")),
        )
    if at == 0:
        return (
            moves.before(
                dockerfile, items[0], moves.indented(dockerfile, items[0], *lines)
            ),
        )
    if not moves.is_closed(dockerfile, items[at - 1]):
        return ()
    first = _first_of_last_copies(build, items, at)
    if len(lines) == 1 or first == at:
        return (_inserted(build, items, at, lines),)
    made = moves.before(
        dockerfile, items[first], moves.indented(dockerfile, items[first], *lines[:-1])
    )
    return (made, _inserted(build, items, at, lines[-1:]))


def _inserted(
    build: Build, items: Sequence[Instruction], at: int, lines: Sequence[str]
) -> Edit:
    """`lines` in front of what comes `at`, on the near side of a blank line."""
    new = moves.indented(build.dockerfile, items[at - 1], *lines)
    if at < len(items) and moves.is_spaced(build.dockerfile, items[at]):
        return moves.before(build.dockerfile, items[at], new)
    return moves.after(build.dockerfile, items[at - 1], new)


def _first_of_last_copies(build: Build, items: Sequence[Instruction], at: int) -> int:
    """Where the copies begin that stand last: a user made before them is not made again when a source changes."""
    first = at
    while first and items[first - 1].keyword in ("COPY", "ADD", "WORKDIR"):
        step = build.evaluation.step(items[first - 1])
        if (
            step is None
            or not step.operands
            or step.operands[-1].rstrip("/") in ("", "/etc")
        ):
            break
        first -= 1
    while first < at and items[first].keyword == "WORKDIR":
        first += 1
    return first


def _user_lines(build: Build, base: ImageUser, before: str | None) -> list[str]:
    """The user that there was before, that the stage makes, that the image has, or one that is made now."""
    if before is not None:
        return (
            [f"USER {before}"]
            if before.replace(":", "").replace("-", "").replace("_", "").isalnum()
            else []
        )
    if not runs_program(build):
        return []
    made = shipped_accounts(build)
    if made:
        return [f"USER {made[0].text}"] if len(made) == 1 and made[0].text else []
    if any(group.call.instruction in build.shipped for group in groups(build)):
        return []
    if base.uid or build.evaluation.root(build.lineage[0]).name == SCRATCH:
        return [f"USER {base.uid or f'{UID}:{UID}'}"]
    if not base.tools:
        return []
    return [f"RUN {_MAKE[base.tools]}", f"USER {UID}:{UID}"]


def _with_directories(
    lines: Sequence[str], owner: str, directories: Sequence[str]
) -> list[str]:
    """`lines` with a command that makes the directories, or gives them to the user where they are there already."""
    name, _, group = owner.partition(":")
    command = (
        f"install -d -o {name} {f'-g {group} ' if group else ''}{' '.join(directories)}"
    )
    if len(lines) == 1:
        return [f"RUN {command}", *lines]
    return [f"{lines[0]} && {command}", *lines[1:]]


def _with_owner(build: Build, final: Stage, owner: str) -> Iterator[Edit]:
    """The copies of sources belong to the user where the program writes beside them."""
    if not written_beside(build):
        return
    workdir = clean(build.evaluation.finals[final.index].workdir)
    for copying in build.copyings():
        item, found = copying.instruction, delivery(copying)
        if (
            item not in final.instructions
            or found is None
            or item.flag("chown") is not None
        ):
            continue
        if found.has_sources(build.context) and below(found.root, workdir) is not None:
            yield Edit.insert(item.name.span.end, f" --chown={owner}")


def _needs_root(build: Build) -> bool:
    """Whether something in the image is known to be for root only, or for whoever installs it."""
    for step in build.shipped_steps:
        item = step.instruction
        if item.keyword in ("VOLUME", "SHELL", "ONBUILD") or item.trigger is not None:
            return True
        if item.keyword == "RUN" and _installs_for_root(build, item):
            return True
        if item.keyword != "RUN" and any(
            "/root" in operand or operand.startswith("~") for operand in step.operands
        ):
            return True
    commands = start_commands(build)
    if any(
        command.name
        in (
            "",
            "apt-get",
            "apk",
            "chown",
            "useradd",
            "service",
            "poetry",
            "pipenv",
            "conda",
        )
        for command in commands
    ):
        return True
    if _has_no_shell(build):
        return False
    scripts = list(start_scripts(build))
    return None in scripts or any(
        mark in (text or "") for text in scripts for mark in _ROOT_IN_SCRIPT
    )


def _has_no_shell(build: Build) -> bool:
    """An image that runs no scripts: what it starts is a program."""
    name = build.evaluation.root(build.lineage[0]).name
    return name == SCRATCH or name.startswith("gcr.io/distroless/")


def _installs_for_root(build: Build, run: Instruction) -> bool:
    """Programs or packages that end under /root, which no other user can read."""
    for script in build.scripts(run):
        if script.opaque:
            return True
        for command in script.commands:
            does = read_command(command)
            if command.name in _VENV_MAKERS and _keeps_off_home(build, run, command):
                continue
            if does is not None and (
                does.option("--user") or (does.manager in _OF_HOME and does.installs)
            ):
                return True
            if (
                does is not None
                and does.manager == "uv"
                and does.name in ("sync", "tool install", "python install")
            ):
                return _makes_python(build, run)
            if command.name in _OF_HOME or (does is None and _names_home(command)):
                return True
    return False


def _keeps_off_home(build: Build, run: Instruction, command: Command) -> bool:
    """Whether Poetry or Pipenv install into the system, or into the project's directory, as far as is said before."""
    state = build.evaluation.before(run)
    env = state.env if state is not None else {}
    if command.name == "pipenv":
        return command.has("--system") or any(
            is_true(env.get(name))
            for name in ("PIPENV_VENV_IN_PROJECT", "PIPENV_SYSTEM")
        )
    if (
        is_true(env.get("POETRY_VIRTUALENVS_IN_PROJECT"))
        or env.get("POETRY_VIRTUALENVS_CREATE", "").lower() in _FALSE
    ):
        return True
    return any(
        invocation.command.values[2:4] in _NO_VENV_AT_HOME
        for invocation in build.commands("poetry")
    )


def _makes_python(build: Build, run: Instruction) -> bool:
    """Whether uv may fetch an interpreter, which it puts under /root."""
    state = build.evaluation.before(run)
    name = build.evaluation.root(build.lineage[0]).name
    image = read_reference(name)
    has = not isinstance(image, str) and (
        image.name == "python" or "python" in image.tag
    )
    return not has and (state is None or "UV_PYTHON_INSTALL_DIR" not in state.env)


def _names_home(command: Command) -> bool:
    if command.name in ("rm", "echo", "chmod", "mkdir"):
        return False
    return any(
        "/root/" in word.text or "$HOME" in word.text or word.text.startswith("~")
        for word in command.words
    )
