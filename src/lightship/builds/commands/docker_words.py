"""`docker build` and its kin as words: which options there are, and what they say.

Read in 2026 in the sources of docker/buildx 0.30 (commands/build.go), docker/cli 29 (build.go),
docker/compose 5, containers/buildah 1.42 and containers/podman 5.7 (docs/*-build.1.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from lightship.builds.definition import ComposeStart
from lightship.record import record

_DOCKERS = frozenset({"docker", "podman", "nerdctl", "finch"})
_COMPOSES = frozenset({"docker-compose", "podman-compose"})
_BUILDXES = frozenset({"docker-buildx", "buildx"})
_KANIKO = "executor"  # /kaniko/executor
BUILDERS = _DOCKERS | _COMPOSES | _BUILDXES | {"buildah", _KANIKO}
_BUILDS = frozenset({"build", "b"})
_BUDS = frozenset({"bud", "build", "build-using-dockerfile"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBAL_VALUES = _words(
    "-c --context -H --host -l --log-level --config --tlscacert --tlscert --tlskey "
    "--builder --connection --url --root --runroot --storage-driver --storage-opt "
    "--identity --cgroup-manager --address -n --namespace"
)
_BUILD_VALUES = _words(
    "-f --file -t --tag --build-arg --target --platform --build-context "
    "--add-host --allow --annotation --attest --builder --cache-from --cache-to --call "
    "--cgroup-parent --iidfile --label --metadata-file --network --no-cache-filter -o --output "
    "--policy --progress --provenance --sbom --secret --shm-size --ssh --ulimit "
    "-m --memory --memory-swap --cpu-period --cpu-quota -c --cpu-shares --cpuset-cpus "
    "--cpuset-mems --isolation --security-opt "
    "--arch --authfile --build-arg-file --cap-add --cap-drop --cert-dir --cpp-flag --creds "
    "--decryption-key --device --dns --dns-option --dns-search --env --format --from --group-add "
    "--hooks-dir --ignorefile --ipc --jobs --label-file --layer-label --logfile --manifest --os "
    "--os-feature --os-version --pid --retry --retry-delay --runtime --runtime-flag "
    "--sbom-output --sign-by --source-date-epoch --timestamp --unsetenv --userns "
    "--userns-gid-map --userns-uid-map --uts --variant -v --volume"
)
_LETTERS_WITH_VALUES = frozenset("ftomcv")
_KANIKO_VALUES = _words(
    "-c --context -f --dockerfile --build-arg --target --custom-platform --customPlatform "
    "-d --destination --context-sub-path --cache-repo --cache-dir --digest-file --label "
    "--registry-mirror --tar-path --verbosity -v --snapshot-mode --snapshotMode --git"
)
_COMPOSE_GLOBALS = _words(
    "-f --file --env-file -p --project-name --profile --project-directory --ansi --parallel "
    "--progress -H --host --log-level --context -c"
)
_COMPOSE_VALUES = _words(
    "--build-arg --builder -m --memory --progress --provenance --sbom --ssh"
)
_COMPOSE_BUILDS = _words("build up run create watch")
_UP_VALUES = _words(
    "--attach --exit-code-from --no-attach --pull --scale -t --timeout --wait-timeout"
)
_RUN_VALUES = _words(
    "--cap-add --cap-drop --entrypoint -e --env --env-from-file -l --label --name -p --publish "
    "--pull -u --user -v --volume -w --workdir"
)
_BAKE_VALUES = _words(
    "-f --file --set --builder --allow --call --metadata-file --progress --provenance --sbom "
    "--list --var"
)


@record
class WordOption:
    """`--name value`; `word` is where the value stands, from the character `at` on."""

    name: str
    word: int
    at: int = 0


@record
class DockerCommand:
    """A command that builds images: `kind` is build, kaniko, compose or bake.

    Operands are indices of words. `starts` is how compose starts the services, None where it
    builds alone.
    """

    kind: str
    options: tuple[WordOption, ...] = ()
    operands: tuple[int, ...] = ()
    starts: ComposeStart | None = None


@record(eq=False, frozen=False)
class _Parsed:
    options: list[WordOption] = field(default_factory=list)
    operands: list[int] = field(default_factory=list)


def read_docker(words: Sequence[str], name: str) -> DockerCommand | None:
    """What a command builds; None where it builds nothing.

    `words` are the texts as far as they are known, the first one the program `name`.
    """
    if name in _DOCKERS:
        return _docker(words)
    if name in _COMPOSES:
        return _compose(words, 1)
    if name in _BUILDXES:
        return _buildx(words, 1)
    if name == _KANIKO:
        parsed = _parse(words, 1, _KANIKO_VALUES, frozenset("cfdv"))
        return DockerCommand("kaniko", tuple(parsed.options))
    is_buildah = name == "buildah" and words[1:2] != []
    return _build(words, 2) if is_buildah and words[1] in _BUDS else None


def _docker(words: Sequence[str]) -> DockerCommand | None:
    at = _past_globals(words, 1)
    if at >= len(words):
        return None
    first = words[at]
    if first == "compose":
        return _compose(words, at + 1)
    if first == "buildx":
        return _buildx(words, at + 1)
    if first in ("image", "builder") and words[at + 1 : at + 2] == ["build"]:
        return _build(words, at + 2)
    return _build(words, at + 1) if first in _BUILDS else None


def _buildx(words: Sequence[str], at: int) -> DockerCommand | None:
    at = _past_globals(words, at)
    if at >= len(words):
        return None
    if words[at] in _BUILDS:
        return _build(words, at + 1)
    if words[at] in ("bake", "f"):
        parsed = _parse(words, at + 1, _BAKE_VALUES, frozenset("f"))
        return DockerCommand("bake", tuple(parsed.options), tuple(parsed.operands))
    return None


def _build(words: Sequence[str], at: int) -> DockerCommand:
    parsed = _parse(words, at, _BUILD_VALUES, _LETTERS_WITH_VALUES)
    return DockerCommand("build", tuple(parsed.options), tuple(parsed.operands))


def _compose(words: Sequence[str], at: int) -> DockerCommand | None:
    """`compose [-f FILE]... build SERVICE...`; the operands are the services that are named."""
    globals_end = at
    while globals_end < len(words) and words[globals_end].startswith("-"):
        is_pair = words[globals_end] in _COMPOSE_GLOBALS
        globals_end += 2 if is_pair else 1
    if globals_end >= len(words) or words[globals_end] not in _COMPOSE_BUILDS:
        return None
    parsed = _parse(words[:globals_end], at, _COMPOSE_GLOBALS, frozenset("fp"))
    services = _services(words, globals_end)
    starts = None
    if words[globals_end] != "build":
        rest = words[globals_end:]
        starts = ComposeStart("--no-deps" not in rest, "--build" in rest)
    return DockerCommand("compose", tuple(parsed.options), tuple(services), starts)


def _services(words: Sequence[str], at: int) -> list[int]:
    """The services that a subcommand of compose names, none for all of them."""
    if words[at] == "build":
        return _parse(words, at + 1, _COMPOSE_VALUES, frozenset("m")).operands
    if words[at] in ("up", "create"):
        return _parse(words, at + 1, _UP_VALUES, frozenset("t")).operands
    if words[at] == "run":
        # What comes after the service is the command that runs in it
        return _parse(words, at + 1, _RUN_VALUES, frozenset("elpuvw")).operands[:1]
    return []


def _past_globals(words: Sequence[str], at: int) -> int:
    """Where the subcommand stands."""
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _GLOBAL_VALUES else 1
    return at


def _parse(
    words: Sequence[str], at: int, values: frozenset[str], letters: frozenset[str]
) -> _Parsed:
    """Options and operands, as Go's pflag tells them apart."""
    parsed = _Parsed()
    while at < len(words):
        word = words[at]
        if word == "--":
            parsed.operands += range(at + 1, len(words))
            break
        name, equals, _ = word.partition("=")
        if word == "-" or not word.startswith("-"):
            parsed.operands.append(at)
        elif equals and word.startswith("--"):
            parsed.options.append(WordOption(name, at, len(name) + 1))
        elif word in values:
            parsed.options.append(WordOption(word, at + 1))
            at += 1
        elif not word.startswith("--"):
            at = _letters(words, at, letters, parsed)
        at += 1
    return parsed


def _letters(
    words: Sequence[str], at: int, letters: frozenset[str], parsed: _Parsed
) -> int:
    """`-qf X`, `-fX`, `-f=X`: the first letter with a value has the rest; where it ends."""
    word = words[at]
    for place, letter in enumerate(word[1:], 1):
        if letter not in letters:
            continue
        rest = place + 1
        if rest >= len(word):
            parsed.options.append(WordOption(f"-{letter}", at + 1))
            return at + 1
        start = rest + 1 if word[rest] == "=" else rest
        parsed.options.append(WordOption(f"-{letter}", at, start))
        return at
    return at
