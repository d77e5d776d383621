"""How versions are built and run: what the user says, and the rest found out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lightship.bench.bench import Bench
from lightship.bench.hiding import hiding
from lightship.bench.measuring_run import MeasuringRun
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
) -> Iterator[tuple[Bench, Folder]]:
    """A Bench, and what makes directories for it.

    What killed runs left is removed first, and what this one makes at the end.
    """
    sweep()
    sweep_folders()
    builder = builder_of(asked.options)
    if builder:
        start_builder(builder)
    made = RunImages(services=ready_services(services, tell))
    env = asked.running.env if asked.running is not None else {}
    args = (question.before.build.args, question.after.build.args)
    secrets = services.secrets if services is not None else ()
    hide = hiding(asked.options, *args, env, secrets=secrets)
    run_id = f"lightship-{uuid.uuid4().hex[:12]}"
    run = MeasuringRun(run_id, asked, journal, tell, hide, made)
    with own_folder() as folder, Bench(run, gate) as bench:
        yield bench, folder


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
    passed = with_named_contexts(options.passed, taken.named_contexts)
    definition = taken.options.definition
    platforms = definition.platforms if definition is not None else ()
    passed = with_platform(passed, platforms)
    running: Running | None = None
    if not options.run.no_run:
        running = served_running(question, options.run, options.services, services)
    return MeasurePlan(
        runs=rounds.runs or 1,
        most=MOST_ROUNDS if rounds.runs is None else 0,
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
    given = {context.partition("=")[0] for context in passed.build_context}
    more = [item for item in contexts if item.partition("=")[0] not in given]
    return replace(passed, build_context=(*passed.build_context, *more))


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
    if services is None or not is_open or services.port is None:
        return running_of(question, options)
    if services.port:
        return running_of(question, replace(options, port=services.port))
    running = running_of(question, options)
    return replace(running, port=0, paths=options.requested, found=(), finds=False)


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
    port = options.port
    port = port or port_of(question.after.build) or port_of(question.before.build)
    smoke = smoke_requests(question, options.asks)
    port = port or next((request.port for request in smoke if request.port), 0)
    paths = options.requested
    if not paths and port and not options.ready:
        paths = ("/",)
    finds = bool(paths) and bool(port) and options.find
    return Running(
        port=port,
        paths=paths,
        ready=options.ready,
        checks=options.checks,
        scripts=read_scripts(options.check_files),
        found=found_requests(question, port) if finds else (),
        finds=finds,
        smoke=smoke,
        settle=options.settle,
        env=options.env,
        network=options.run_network,
        memory=read_size(options.memory),
        patience=options.patience,
        grace=options.grace,
    )


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
    return tuple(
        f"--{name}={value}"
        for name, values in given.items()
        for value in values
        if value
    )


def _with_absolute_file(secret: str) -> str:
    """The file of a secret, by a path that holds wherever the build is started."""
    parts: list[str] = []
    for part in secret.split(","):
        key, equals, path = part.partition("=")
        if equals and key in ("src", "source"):
            parts.append(f"{key}={os.path.abspath(path)}")
        else:
            parts.append(part)
    return ",".join(parts)
