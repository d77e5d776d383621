"""What of a running program is asked, and what is said of requests that cannot be sent."""

from __future__ import annotations

from lightship.docker.asking import sendable, unsent
from lightship.docker.proof_containers import is_asked
from lightship.proof.measure_plan import CheckScript, Running
from lightship.smoke.http_request import HttpRequest

BARE = HttpRequest("/a", origin="lightship.http:1")
OWN = HttpRequest("/b", origin="lightship.http:4", port=9000)


def test_a_script_is_a_question_as_a_command_is() -> None:
    assert is_asked(Running(scripts=(CheckScript("check.sh", "true\n"),)))
    assert is_asked(Running(checks=("true",)))
    assert not is_asked(Running(smoke=(BARE,)))


def test_without_a_port_requests_with_their_own_are_sent_and_the_others_named() -> None:
    running = Running(smoke=(BARE, OWN))
    assert sendable(running) == (OWN,)
    [answer] = unsent(running)
    assert (answer.question, answer.origin) == ("/a", "lightship.http:1")
    assert answer.error.startswith("no port is known")
    served = Running(port=80, smoke=(BARE, OWN))
    assert (sendable(served), [*unsent(served)]) == ((BARE, OWN), [])
