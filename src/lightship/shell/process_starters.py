"""Programs that start a command: process 1, other users, the shell's own, monitors, secrets.

Read in 2026 in the sources and manuals of the programs: tini 0.19, dumb-init 1.2, catatonit 0.2,
s6 2.13, runit, util-linux 2.42 (setpriv, runuser, flock, chrt, taskset), sudo 1.9, coreutils 9,
strace 6, xvfb-run, numactl 2, authbind 2.1, fixuid 0.6; chamber 3, Doppler, Infisical, 1Password,
aws-vault 7, python-dotenv 1.2, dotenv-cli, dotenvx 1, honcho 2, foreman, dockerize 0.9,
wait-for-it, watchdog 7, watchfiles 1.1; opentelemetry-instrumentation 0.66, ddtrace 4, newrelic 14,
elastic-apm 6.
"""

from __future__ import annotations

from lightship.shell.starter import (
    INIT,
    NO_OPTION,
    SUPERVISOR,
    USER,
    WAITER,
    Starter,
    options,
)

INIT_ROWS = (
    Starter("tini", INIT, values=options("-p -e -R"), query=options("-h -l --version")),
    Starter(
        "tini-static",
        INIT,
        values=options("-p -e -R"),
        query=options("-h -l --version"),
    ),
    Starter(
        "dumb-init",
        INIT,
        values=options("-r --rewrite"),
        query=options("-h -V --help --version"),
    ),
    Starter("catatonit", INIT, query=options("-h -L -P -V --version")),
    Starter("/init", SUPERVISOR),  # s6-overlay
    Starter("my_init", SUPERVISOR),  # phusion/baseimage
)

_SUDO_VALUES = """
    -C -D -g -h -p -R -r -T -t -U -u --close-from --chdir --group --host --prompt --chroot
    --role --type --command-timeout --other-user --user
"""
_SETPRIV_VALUES = """
    --ambient-caps --inh-caps --bounding-set --ruid --euid --rgid --egid --reuid --regid
    --groups --securebits --pdeathsig --ptracer --selinux-label --apparmor-profile
    --landlock-access --landlock-rule --seccomp-filter
"""
_RUNUSER_VALUES = (
    "-u --user -g --group -G --supp-group -w --whitelist-environment -s --shell"
)
USER_ROWS = (
    Starter(
        "sudo",
        USER,
        values=options(_SUDO_VALUES),
        query=options("-e -l -v -V --edit --list --validate --version"),
        users=options("-u --user"),
        assigns=True,
    ),
    Starter("doas", USER, values=options("-a -C -u"), users=options("-u")),
    Starter("gosu", USER, operands=1, user_operand=True),
    Starter("su-exec", USER, operands=1, user_operand=True),
    Starter(
        "setpriv",
        USER,
        values=options(_SETPRIV_VALUES),
        users=options("--reuid --euid"),
        query=options("-d -h -V --dump --help --version"),
    ),
    Starter(
        "runuser",
        USER,
        values=options(_RUNUSER_VALUES),
        needs=options("-u --user"),
        scripts=options("-c --command --session-command"),
        users=options("-u --user"),
        user_operand=True,
    ),
    # What follows the user are arguments for a shell, whatever options there are
    Starter(
        "su",
        USER,
        values=options(
            "-g --group -G --supp-group -w --whitelist-environment -s --shell"
        ),
        needs=options(NO_OPTION),
        scripts=options("-c --command --session-command"),
        user_operand=True,
    ),
    Starter(
        "chroot",
        USER,
        values=options("--groups --userspec"),
        operands=1,
        users=options("--userspec"),
    ),
    Starter("setuidgid", USER, operands=1, user_operand=True),
    Starter("s6-setuidgid", USER, operands=1, user_operand=True),
    Starter("s6-applyuidgid", USER, values=options("-u -g -G"), users=options("-u")),
    Starter(
        "chpst",
        USER,
        values=options("-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -r -t"),
        users=options("-u"),
    ),
)

_XVFB_VALUES = """
    -e -f -n -p -s -w --error-file --auth-file --server-num --xauth-protocol --server-args
    --wait
"""
_XARGS_VALUES = """
    -a -d -E -I -L -n -P -s --arg-file --delimiter --eof --replace --max-lines --max-args
    --max-procs --max-chars
"""
_DOCKERIZE_VALUES = """
    -wait -timeout -wait-retry-interval -wait-http-header -template -delims -stdout -stderr --wait
    --timeout --wait-retry-interval --wait-http-header --template --delims --stdout --stderr
"""
_WATCHMEDO_VALUES = """
    -d -p -i --directory --pattern --patterns --ignore-pattern --ignore-patterns --interval
    --timeout --signal --kill-after --debounce-interval
"""
_WATCHFILES_VALUES = """
    --ignore-paths --target-type --filter --args --verbosity --sigint-timeout --grace-period
    --sigkill-timeout
"""
_NUMACTL_VALUES = """
    -i -w -p -P -c -N -C -m --interleave --weighted-interleave --preferred --preferred-many
    --cpubind --cpunodebind --physcpubind --membind
"""
# It shows what there is, or sets the policy of a file or of shared memory
_NUMACTL_QUERY = "-s -H -S -f -V --show --hardware --shm --file --version"
_STRACE_VALUES = "-a -b -e -E -I -o -O -P -s -S -u -U -X"
SHELL = (  # of the shell itself, and of every system
    Starter("exec", values=options("-a")),
    Starter("command", query=options("-v -V")),
    Starter("builtin"),
    Starter("time", values=options("-f -o --format --output")),
    Starter("xargs", values=options(_XARGS_VALUES)),
    Starter("busybox", query=options("--list --install --help")),
    Starter(
        "env",
        values=options("-u -C --unset --chdir"),
        query=options("-S --split-string"),
        assigns=True,
    ),
    Starter("nice", values=options("-n --adjustment")),
    Starter(
        "ionice",
        values=options("-c -n --class --classdata"),
        query=options("-p -P -u --pid --pgid --uid"),
    ),
    Starter(
        "chrt",
        values=options("-T -P -D --sched-runtime --sched-period --sched-deadline"),
        operands=1,
        query=options("-p -m --pid --max"),
    ),
    Starter("taskset", operands=1, query=options("-p --pid")),
    Starter("numactl", values=options(_NUMACTL_VALUES), query=options(_NUMACTL_QUERY)),
    Starter("nohup"),
    Starter("setsid"),
    Starter("stdbuf", values=options("-i -o -e --input --output --error")),
    Starter("timeout", values=options("-k -s --kill-after --signal"), operands=1),
    Starter(
        "flock",
        values=options("-w -E --timeout --wait --conflict-exit-code"),
        operands=1,
        query=options("-u --unlock"),
        scripts=options("-c --command"),
    ),
    Starter("eatmydata"),
    Starter("fakeroot"),
    Starter("linux32"),
    Starter("linux64"),
)
TOOLS = (
    Starter("catchsegv"),
    Starter("xvfb-run", values=options(_XVFB_VALUES)),
    Starter(
        "strace", values=options(_STRACE_VALUES), query=options("-p -h -V --attach")
    ),
    Starter("s6-envdir", values=options("-c"), operands=1),
    Starter("s6-softlimit", values=options("-a -c -d -f -l -m -o -p -r -s -t")),
    Starter("s6-setlock", values=options("-t -d"), operands=1),
    Starter("envdir", operands=1),
    Starter("with-contenv"),
    Starter("authbind", values=options("--depth")),
    Starter("fixuid"),
    Starter("opentelemetry-instrument", all_values=True, is_python=True),
    Starter(
        "ddtrace-run",
        query=options("-i -h -v --info --help --version"),
        is_python=True,
    ),
    Starter("newrelic-admin", subcommand=("run-program",), is_python=True),
    Starter("elasticapm-run", query=options("--version"), is_python=True),
    Starter(
        "dockerize",
        values=options(_DOCKERIZE_VALUES),
        query=options("-version --version"),
    ),
    Starter(
        "watchmedo",
        subcommand=("auto-restart",),
        values=options(_WATCHMEDO_VALUES),
    ),
    Starter(  # its command is a single word; what follows are directories
        "watchfiles",
        values=options(_WATCHFILES_VALUES),
        needs=options(NO_OPTION),
        script_operand=True,
    ),
)

_DOPPLER_VALUES = """
    -t -p -c --token --project --config --api-host --dashboard-host --timeout --attempts
    --dns-resolver-address --dns-resolver-proto --dns-resolver-timeout --scope --config-dir
    --configuration --name-transformer --dynamic-ttl --fallback --passphrase --mount --format
    --mount-format --mount-template --mount-max-reads --only-secrets
"""
_INFISICAL_VALUES = """
    -l -e -t --log-level --log-format --log-destination --domain --token --projectId --env
    --watch-interval --tags --path --project-config-dir
"""
_AWS_VAULT_VALUES = """
    -d -t --duration --region --mfa-token --backend --prompt --keychain
    --secret-service-collection --pass-dir --pass-cmd --pass-prefix --file-dir
"""
SECRETS = (
    Starter(
        "chamber",
        subcommand=("exec",),
        values=options(
            "-b -r --backend --retries --strict-value --retry-mode"
            " --min-throttle-delay --backend-s3-bucket --kms-key-alias"
        ),
        dashes=True,
    ),
    Starter(
        "doppler",
        subcommand=("run",),
        values=options(_DOPPLER_VALUES),
        scripts=options("--command"),
    ),
    Starter(
        "infisical",
        subcommand=("run",),
        values=options(_INFISICAL_VALUES),
        scripts=options("-c --command"),
    ),
    Starter(
        "op",
        subcommand=("run",),
        values=options(
            "--env-file --environment --account --cache --config --encoding --format --session"
        ),
    ),
    Starter(
        "aws-vault",
        subcommand=("exec",),
        values=options(_AWS_VAULT_VALUES),
        operands=1,
        query=options("-j --json"),
    ),
    Starter(  # python-dotenv
        "dotenv",
        subcommand=("run",),
        values=options("-f -q -e --file --quote --export"),
    ),
    Starter("dotenv", values=options("-e -v -c -p"), dashes=True),  # dotenv-cli of npm
    Starter("dotenvx", subcommand=("run",), dashes=True),
    Starter(
        "honcho",
        subcommand=("run",),
        values=options("-e -d -f --env --app-root --procfile"),
    ),
    Starter(
        "foreman",
        subcommand=("run",),
        values=options("-e -d -f --env --root --procfile"),
    ),
)

WAITERS = tuple(
    Starter(name, WAITER, values=options("-h -p -t"), dashes=True)
    for name in ("wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh")
)
