"""Whether a published image runs code that its users bring, and what that calls is unknown."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.read_launches import launches

# Programs that work off the jobs of a queue
_WORKERS = frozenset({"arq", "celery", "dramatiq", "huey_consumer", "rq", "rqworker"})


def runs_code_of_others(build: Build) -> bool:
    """Whether a worker is started that is the repository's own program, and whose image is pulled.

    A project that only uses a worker has its jobs in the image.
    """
    # `docker tag` between the build and the push hides which image that is
    texts = run_texts(build) or ()
    is_pushed = any("docker push" in text for text in texts)
    if not build.is_published and not is_pushed:
        return False
    programs = {launch.program for launch in launches(build)}
    own_programs = programs & build.repository.projects
    return not _WORKERS.isdisjoint(own_programs)
