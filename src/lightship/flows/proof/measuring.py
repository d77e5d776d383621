"""How versions are built and run: what the user says, and the rest found out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lightship.bench.bench import Bench
from lightship.bench.hiding import hiding
from lightship.bench.measuring_run import FlawsOf, MeasuringRun
from lightship.bench.proof_run import Folder, ProofQuestion
from lightship.bench.services.ready_services import ready_services
from lightship.bench.version import RunImages
from lightship.docker.builder_start import start_builder
from lightship.docker.leftovers import sweep
from lightship.docker.proof_builds import builder_of
from lightship.files.own_folder import own_folder, sweep_folders
from lightship.flows.proof.asked_pages import (
    found_requests,
    read_scripts,
    smoke_requests,
)
from lightship.flows.proof.requests import (
    MeasuringOptions,
    PassedOptions,
    RunOptions,
    ServiceOptions,
)
from lightship.flows.proof.services import variables_of
from lightship.flows.proof.versions import changed_often
from lightship.flows.take_build import TakenBuild
from lightship.flows.tell import Tell
from lightship.inspection.gate import Gate
from lightship.proof.guesses import edits, port_of
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.services.services_plan import ServicesPlan
from lightship.smoke.http_request import HttpRequest
from lightship.wording.sizes import read_size

# Of a figure that is near its noise, where the number of rounds is found out
MOST_ROUNDS = 10


@contextmanager
def benched(
    question: ProofQuestion,
    asked: MeasurePlan,
    journal: Journal,
    gate: Gate | None,
    tell: Tell,
    services: ServicesPlan | None = None,
    flaws_of: FlawsOf | None = None,
) -> Iterator[tuple[Bench, Folder]]:
    """A Bench, and what makes directories for it.

    What killed runs left is removed first, and what this one makes at the end. Without `flaws_of`
    no known vulnerabilities are looked up.
    """
    sweep()
    sweep_folders()
    builder = builder_of(asked.options)
    if builder:
        start_builder(builder)

    ready = ready_services(services, tell)
    run = MeasuringRun(
        _new_run_id(),
        asked,
        journal,
        tell,
        _hiding(question, asked, services),
        RunImages(services=ready),
        flaws_of,
    )
    with own_folder() as folder, Bench(run, gate) as bench:
        yield bench, folder


def _new_run_id() -> str:
    digits = uuid.uuid4().hex
    short = digits[:12]
    return f"lightship-{short}"


def _hiding(
    question: ProofQuestion,
    asked: MeasurePlan,
    services: ServicesPlan | None,
) -> Callable[[str], str]:
    """What takes secrets out of all that is shown."""
    env: Mapping[str, str] = {}
    if asked.running is not None:
        env = asked.running.env
    secrets: Sequence[str] = ()
    if services is not None:
        secrets = services.secrets
    old_args = question.before.build.args
    new_args = question.after.build.args
    return hiding(asked.options, old_args, new_args, env, secrets=secrets)


def asked_of(
    question: ProofQuestion,
    taken: TakenBuild,
    options: MeasuringOptions,
    services: ServicesPlan | None = None,
) -> MeasurePlan:
    """What is measured: as the user says, and otherwise as the files suggest.

    A UsageError for an invalid size.
    """
    rounds = options.rounds
    if rounds.quick:
        rounds = replace(rounds, runs=1)
    often = changed_often(taken.context)
    code, manifest = edits(question.before, question.after, often)
    # 0 where the user says how many
    most = 0
    if rounds.runs is None:
        most = MOST_ROUNDS
    passed = with_named_contexts(options.passed, taken.named_contexts)
    definition = taken.options.definition
    if definition is not None:
        passed = with_platform(passed, definition.platforms)
    running: Running | None = None
    if not options.run.no_run:
        running = served_running(question, options.run, options.services, services)
    return MeasurePlan(
        runs=rounds.runs or 1,
        most=most,
        running=running,
        edit=rounds.edit or code,
        dependency=rounds.dependency or manifest,
        options=build_words(passed),
        patience=rounds.timeout,
    )


def with_named_contexts(
    passed: PassedOptions,
    contexts: Iterable[str],
) -> PassedOptions:
    """The options with further `NAME=VALUE` contexts; those of the user win."""
    given = passed.build_context
    names = set(map(_name_of, given))
    more = [item for item in contexts if _name_of(item) not in names]
    return replace(passed, build_context=(*given, *more))


def _name_of(context: str) -> str:
    name, _equals, _value = context.partition("=")
    return name


def served_running(
    question: ProofQuestion,
    options: RunOptions,
    asked: ServiceOptions,
    services: ServicesPlan | None,
) -> Running:
    """How the images are run beside their services, with the variables of `--env-file`."""
    env = {**variables_of(asked), **options.env}
    options = replace(options, env=env)
    is_open = options.port is None and not options.ready
    if services is None or not is_open:
        return running_of(question, options)

    port = services.port
    if port:
        options = replace(options, port=port)
    running = running_of(question, options)
    if port != 0:
        return running
    # The compose file says that it serves no pages
    return replace(
        running,
        port=0,
        paths=options.requested,
        found=(),
        finds=False,
    )


def with_platform(passed: PassedOptions, platforms: Sequence[str]) -> PassedOptions:
    """The options with the platform of the build, where it has only one; that of the user wins.

    Of several, the engine builds its own.
    """
    if passed.platform or len(platforms) != 1:
        return passed
    return replace(passed, platform=platforms[0])


def running_of(question: ProofQuestion, options: RunOptions) -> Running:
    """How the images are run, and what they are asked.

    A UsageError for a smoke file that cannot be read, a FileError for a script that is not there.
    """
    smoke = smoke_requests(question, options.asks)
    port = options.port or _stated_port(question, smoke)
    paths = options.requested
    if not paths and port and not options.ready:
        paths = ("/",)
    is_asked = bool(paths) and bool(port)
    finds = is_asked and options.find
    found: tuple[HttpRequest, ...] = ()
    if finds:
        found = found_requests(question, port)
    return Running(
        port=port,
        paths=paths,
        ready=options.ready,
        checks=options.checks,
        scripts=read_scripts(options.check_files),
        found=found,
        finds=finds,
        smoke=smoke,
        settle=options.settle,
        env=options.env,
        network=options.run_network,
        memory=read_size(options.memory),
        patience=options.patience,
        grace=options.grace,
    )


def _stated_port(question: ProofQuestion, smoke: Sequence[HttpRequest]) -> int:
    """The port that the Dockerfiles state, else the requests of a file; 0 for none."""
    for side in (question.after, question.before):
        port = port_of(side.build)
        if port:
            return port
    for request in smoke:
        if request.port:
            return request.port
    return 0


def build_words(passed: PassedOptions) -> tuple[str, ...]:
    """The words that both calls of `docker build` are given besides."""
    secrets = [_with_absolute_file(secret) for secret in passed.secret]
    given = {
        "secret": secrets,
        "ssh": passed.ssh,
        "network": (passed.network,),
        "platform": (passed.platform,),
        "builder": (passed.builder,),
        "build-context": passed.build_context,
        "add-host": passed.add_host,
    }
    words: list[str] = []
    for name, values in given.items():
        words += [f"--{name}={value}" for value in values if value]
    return tuple(words)


def _with_absolute_file(secret: str) -> str:
    """The file of a secret, by a path that holds wherever the build is started."""
    parts: list[str] = []
    for part in secret.split(","):
        key, equals, path = part.partition("=")
        whole = part
        if equals and key in ("src", "source"):
            place = os.path.abspath(path)
            whole = f"{key}={place}"
        parts.append(whole)
    return ",".join(parts)
