"""From the steps of GitHub's workflows to CiBuilds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.called_builds import called_definitions, with_called_file
from lightship.builds.ci.changing_args import changes_with
from lightship.builds.ci.ci_build import (
    BuildTool,
    ChangingArg,
    CiBuild,
    CiStep,
    CiSystem,
    ContextKind,
)
from lightship.builds.ci.command_ci import (
    CommandParts,
    command_parts,
    placed_option,
)
from lightship.builds.ci.github_actions import ACTIONS, BAKES
from lightship.builds.ci.github_builder import (
    EarlierStep,
    builder_of,
    checkout_of,
    earlier_steps,
    file_makers,
    kept_paths,
)
from lightship.builds.ci.github_context import kind_of_bake_context, kind_of_context
from lightship.builds.ci.github_events import as_far_as_known, events_of
from lightship.builds.ci.github_expression import with_names
from lightship.builds.ci.github_inputs import StepInputs
from lightship.builds.ci.github_step_runs import StepRuns
from lightship.builds.ci.github_values import BuiltStep, values_of_step
from lightship.builds.ci.github_workflow import WorkflowReader
from lightship.builds.ci.lost_builds import is_lost, with_lost_jobs
from lightship.builds.ci.made_paths import made_paths
from lightship.builds.ci.output_switches import loaded, pushed
from lightship.builds.ci.package_publishing import is_for_release, needed_jobs
from lightship.builds.ci.scanned_images import is_only_scanned
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    CalledWith,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace
from lightship.builds.yaml_tree import YamlNode
from lightship.text import Lines, Span

_BUILDX_ACTIONS = (
    "docker/build-push-action",
    "depot/build-push-action",
    "useblacksmith/build-push-action",
)
_INLINE_ARG = "BUILDKIT_INLINE_CACHE"
_MOST_BUILDS = 1_000  # of one repository; a matrix can name hundreds
Values = Mapping[str, Any]


def github_ci_builds(workspace: Workspace, paths: Sequence[str]) -> list[CiBuild]:
    """The builds of all workflows among `paths`, each with what CI does with it."""
    reader = WorkflowReader(workspace)
    files: dict[str, Lines] = {}
    builds: list[CiBuild] = []
    for item in reader.steps(paths):
        if isinstance(item, BuiltStep):
            path = item.run.path
            if path not in files:
                files[path] = Lines(workspace.text(path) or "")
            builds += _StepReading(workspace, item, reader, files[path]).builds()
        if len(builds) > _MOST_BUILDS:
            break
    return with_lost_jobs(builds[:_MOST_BUILDS])


class _StepReading:
    """One step that builds, and what stands around it."""

    def __init__(
        self,
        workspace: Workspace,
        step: BuiltStep,
        reader: WorkflowReader,
        lines: Lines,
    ) -> None:
        self.workspace, self.step, self.run = workspace, step, step.run
        self.lines = lines
        self.values = values_of_step(step.node, step.run)
        self.earlier = earlier_steps(step.run.frames, reader)
        node = step.node.get("with")
        self.inputs = StepInputs(node, step.run.path, lines, self.values)
        self.action = _text(step.node, "uses").partition("@")[0]
        self.is_action = self.action in ACTIONS or self.action in BAKES
        workflow = workspace.text(step.run.frames[0].path) or ""
        self.runs = StepRuns(step.run, self.values, workflow)

    def builds(self) -> Iterator[CiBuild]:
        """All that the step builds."""
        for found in self.step.found:
            if not isinstance(found, BuildCall):
                yield self._build(found, None)
                continue
            for inner in called_definitions(self.workspace, found):
                yield self._build(inner, found)

    def _build(
        self, found: BuildDefinition | Unresolved, call: BuildCall | None
    ) -> CiBuild:
        if self.is_action:
            build = self._of_action(found, call)
        else:
            called = (call or found).called or CalledWith("docker build")
            build = self._of_command(found, command_parts(called))
        if call is None:
            return build

        # What a bake file says of a target, beneath what the step says
        said = command_parts(found.called or CalledWith(""))
        target = replace(
            said,
            cache_from=self._placed(said.cache_from),
            cache_to=self._placed(said.cache_to),
        )
        return with_called_file(build, call, target)

    def _of_action(
        self, found: BuildDefinition | Unresolved, call: BuildCall | None
    ) -> CiBuild:
        inputs = self.inputs
        is_buildx = self.action in _BUILDX_ACTIONS or self.action in BAKES
        tool = BuildTool.BUILDX if is_buildx else BuildTool.OTHER
        if "buildah" in self.action:
            tool = BuildTool.BUILDAH
        build = self._common(found, tool, is_plain=not is_buildx, named="")
        outputs = inputs.lines_of("outputs")
        push = self.runs.left_open(inputs.switch("push"))
        before = [step.node for step in self.earlier]
        return replace(
            build,
            cache_from=inputs.caches("cache-from", self.values),
            cache_to=inputs.caches("cache-to", self.values),
            inline_arg=self._inline_arg(build.definition),
            no_cache=inputs.switch("no-cache"),
            pull=inputs.switch("pull"),
            push=pushed(push, outputs),
            load=loaded(inputs.switch("load"), outputs),
            outputs=outputs,
            platforms=self._platforms(build.definition),
            secrets=tuple(inputs.secret_ids()),
            changing_args=tuple(inputs.changing(before)),
            secret_args=tuple(inputs.secret_args()),
            context=self._context_kind(build.definition, is_bake=call is not None),
            is_context_given=not is_buildx or inputs.has("context", "source"),
            runs=self.runs.of_action(inputs),
        )

    def _of_command(
        self, found: BuildDefinition | Unresolved, said: CommandParts
    ) -> CiBuild:
        build = self._common(
            found, said.tool, is_plain=said.is_plain, named=said.builder
        )
        is_remote_context = isinstance(found, Unresolved) and "remote" in found.why
        build = replace(
            build,
            cache_from=self._placed(said.cache_from),
            cache_to=self._placed(said.cache_to),
            inline_arg=self._inline_arg(build.definition),
            no_cache=said.no_cache,
            pull=said.pull,
            push=pushed(said.push, said.outputs),
            load=loaded(said.load, said.outputs),
            outputs=said.outputs,
            platforms=self._platforms(build.definition),
            secrets=said.secrets,
            changing_args=tuple(self._changing_words(said)),
            context=ContextKind.REMOTE if is_remote_context else ContextKind.PATH,
        )
        return replace(build, runs=self.runs.of_command(build))

    def _common(
        self,
        found: BuildDefinition | Unresolved,
        tool: BuildTool,
        *,
        is_plain: bool,
        named: str,
    ) -> CiBuild:
        """What does not depend on how the step says it."""
        node, frames = self.step.node, self.run.frames
        job = next(frame for frame in reversed(frames) if frame.name)
        runner = _runner(job.job, self.values)
        builder = builder_of(
            tool,
            self.action,
            _text(node, "run"),
            self.earlier,
            runner,
            is_plain=is_plain,
            named=named or self.inputs.text("builder"),
        )
        return CiBuild(
            CiSystem.GITHUB,
            self._step_of(found, job.name),
            tool,
            builder,
            found if isinstance(found, BuildDefinition) else None,
            found.why if isinstance(found, Unresolved) else "",
            _text(frames[0].tree, "name"),
            events=events_of(frames[0].tree),
            conditions=self.runs.conditions,
            checks_out=checkout_of(self.earlier),
            made_files=tuple(file_makers(self.earlier)),
            made_paths=tuple(self._made_paths()),
            runner=runner,
            matrix=job.row,
            given=self._given(),
            kept=tuple(kept_paths(self.earlier)),
            is_for_release=is_for_release(self.earlier, frames),
            is_only_scanned=is_only_scanned(node, frames),
            needs=needed_jobs(job),
            lacks_files=self.is_action and is_lost(found, self.earlier),
        )

    def _given(self) -> dict[str, str]:
        """The inputs that a caller gives, where the step stands in what others use."""
        inputs = self.run.values.get("inputs", {})
        if len(self.run.frames) < 2:
            return {}
        return {name: text for name, text in inputs.items() if isinstance(text, str)}

    def _made_paths(self) -> Iterator[str]:
        own = EarlierStep(self.run.path, self.step.node)
        return made_paths((own, *self.earlier), self.values, self.run.prefix)

    def _step_of(self, found: BuildDefinition | Unresolved, job: str) -> CiStep:
        node, path = self.step.node, self.run.path
        written = Written(path, node.line)
        if not self.is_action and found.source.path == path:
            written = found.source
        inputs = self.inputs.node
        return CiStep(
            written,
            job,
            _text(node, "name"),
            _text(node, "uses"),
            self.run.frames[-1].number,
            node.span,
            inputs.span if inputs is not None else None,
            _keys_of(inputs),
        )

    def _placed(self, options: Sequence[CacheOption]) -> tuple[CacheOption, ...]:
        """Options of a command: each where its text stands in the script."""
        path = self.run.path
        return tuple(placed_option(item, path, self.lines) for item in options)

    def _platforms(self, definition: BuildDefinition | None) -> tuple[str, ...]:
        if definition is not None and definition.platforms:
            return definition.platforms
        text = self.inputs.known("platforms")
        return (text,) if text else ()

    def _changing_words(self, said: CommandParts) -> Iterator[ChangingArg]:
        before = [self.step.node, *(step.node for step in self.earlier)]
        script = self.step.node.get("run")
        _, reasons = with_names((script and script.text) or "", self.values)
        for key, named, written in said.build_args:
            value = named
            for name, why in reasons.items():
                # A command holds a variable where the script has an expression
                expression, end, _ = why.partition("}}")
                value = value.replace(f"${{{name}}}", f"{expression}{end}")
            changes = changes_with(value, before)
            if changes is not None:
                yield ChangingArg(key, value, changes, written)

    def _inline_arg(self, definition: BuildDefinition | None) -> Written | None:
        if definition is None or definition.args.get(_INLINE_ARG) != "1":
            return None
        for key, _value, line in self.inputs.args():
            if key == _INLINE_ARG:
                return Written(self.run.path, line)
        return definition.source

    def _context_kind(
        self, definition: BuildDefinition | None, *, is_bake: bool
    ) -> ContextKind:
        if not is_bake:
            return kind_of_context(self.action, self.inputs, definition)
        if not self.is_action:
            return ContextKind.PATH
        return kind_of_bake_context(self.inputs, self._uses())

    def _uses(self) -> str:
        """What the step uses, with its comment: of a pinned digest that says the version."""
        uses = _text(self.step.node, "uses")
        at = self.lines.text.find(uses, *self.step.node.span)
        line = self.lines.line(max(at, 0))
        return self.lines.span(line).of(self.lines.text)


def _keys_of(inputs: YamlNode | None) -> dict[str, tuple[Span, Span]]:
    if inputs is None:
        return {}
    entries, keys = inputs.entries, inputs.keys
    return {name: (span, entries[name].span) for name, span in keys.items()}


def _runner(job: YamlNode, values: Values) -> str:
    node = job.get("runs-on")
    if node is None:
        return ""
    labels = node.get("labels") or node
    texts = [item.text or "" for item in labels.items or [labels]]
    return as_far_as_known(", ".join(texts), values)


def _text(node: YamlNode | None, *keys: str) -> str:
    value = node.get(*keys) if node is not None else None
    return (value.text or "") if value is not None else ""
