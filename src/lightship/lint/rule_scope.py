"""What a Dockerfile must have before a rule can find anything in it.

A rule whose scope does not hold for a Dockerfile is not asked, and its module is not even imported:
of one small file most rules have nothing to say, and importing them is most of the time of a run.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.record import record


@record
class RuleScope:
    """Any one of these is enough. The scope of most rules is EVERYTHING: every Dockerfile.

    `text` stands in an instruction, in any case, also within a word; `keywords` are instructions
    (upper case), those of ONBUILD too, and `repeated` are those of which there are at least two.
    `commands` are run by a RUN; `managers` are package managers that a RUN calls. `named_stage` is
    whether a stage has a name, `shell_start` whether a CMD or ENTRYPOINT is in shell form,
    `ignore_file` whether the build context has an ignore file, `policy`
    whether the configuration has a policy, `given_labels` whether the build gives the image labels.
    """

    text: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    named_stage: bool = False
    shell_start: bool = False
    ignore_file: bool = False
    policy: bool = False
    given_labels: bool = False

    def holds(self, build: Build) -> bool:
        """Whether a rule of this scope may find something in `build`."""
        if self is EVERYTHING:
            return True
        # Asked of every rule for every Dockerfile: what is empty is not looked up
        if self.keywords and build.has_instruction(*self.keywords):
            return True
        if self.repeated and build.has_repeated(*self.repeated):
            return True
        if self.text and build.mentions(*self.text):
            return True
        if self.commands and build.has_command(*self.commands):
            return True
        if self.managers and build.has_manager(*self.managers):
            return True
        if self.named_stage and build.has_named_stage:
            return True
        if self.shell_start and build.has_shell_start:
            return True
        return self._holds_beside(build)

    def _holds_beside(self, build: Build) -> bool:
        """Whether something that is not in the Dockerfile is enough."""
        if self.policy and build.policy is not None:
            return True
        if self.given_labels and build.labels:
            return True
        return self.ignore_file and _has_ignore_file(build)


EVERYTHING = RuleScope()


def _has_ignore_file(build: Build) -> bool:
    return build.context is not None and build.context.ignore_path is not None
