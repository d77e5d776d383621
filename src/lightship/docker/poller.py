r"""What asks a program from inside its container, and how the output is read.

The scripts are small, one for each program that may be there.

Each has the same uses. `wait` asks a path every 20 ms until it answers with a status below 500,
then prints whether it did so at once, how long the machine is up, what the kernel says of process
1, of how long it and its children waited for a processor, and of listening sockets, and the start
of the last answer. `ask` asks once, and prints the answer as it comes. `many`, of Python alone,
sends several requests in turn, and prints before each answer its milliseconds and bytes. So what
they print is read here alone, and bounds of time and size are kept by who starts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from lightship.proof.measured import Answer
from lightship.record import record
from lightship.regex import regex
from lightship.smoke.http_request import HttpRequest

MOST = 256 << 10  # bytes of an answer
PYTHONS = ("python3", "python")
CLIENTS = (
    "curl",
    "bash",
    "busybox",
    "wget",
)  # what a shell can ask with, the best first
SHELL = "sh"
_TICKS = 100  # of /proc/PID/stat in a second, on every Linux
_MARK = "\n==\n"
_HEAD = 4096  # bytes
_LONGEST_NUMBERS = 64  # bytes of the line before each answer of `many`
_MOST_HEADERS = 100
_ANY, _LOOPBACK = ("00000000", "0" * 32), ("0100007F", "0" * 24 + "01000000")
_LISTENING = regex(
    r"^[^\S\n]*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A ", 8
)  # re.MULTILINE; /proc/net/tcp
_STATUS = regex(r"HTTP/[0-9.]{1,8} ([0-9]{3})(?![0-9])")

# For Python 2.7 and 3, without modules that are slow to import.
# Arguments: use, seconds, port, /proc/PID, request in hex (of `many` port:request,...), hosts
_PYTHON = r"""
import socket, sys, time
use, patience, port = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
proc, request = sys.argv[4:6]
end = time.time() + patience
out = getattr(sys.stdout, "buffer", sys.stdout)
def ask(host, stop, port, request):
    data, until = b"", min(time.time() + 10, end)
    s = socket.create_connection((host, port), 10)
    try:
        s.sendall(bytearray.fromhex(request))
        while len(data) < MOST and not (stop in data if stop else 0):
            s.settimeout(max(until - time.time(), 0.001))
            part = s.recv(65536)
            if not part: break
            data += part
    except (socket.error, EnvironmentError): pass
    finally: s.close()
    return data[:MOST]
def once(stop, port, request):
    for host in sys.argv[6:]:
        try: return ask(host, stop, port, request)
        except (socket.error, EnvironmentError): pass
    return b""
def text(name):
    try:
        with open(proc + name, "rb") as f: return f.read()
    except EnvironmentError: return b""
if use == "ask": out.write(once(b"", port, request)); sys.exit()
if use == "many":
    for one in request.split(","):
        own, _, rest = one.partition(":")
        start = time.time()
        data = once(b"", int(own), rest)
        out.write(("%d %d\n" % ((time.time() - start) * 1000, len(data))).encode("ascii"))
        out.write(data)
    sys.exit()
word, last = b"once", b""
while 1:
    data = once(b"\n", port, request)
    last = data or last
    words = data.split(b" ", 2)
    if data[:5] == b"HTTP/" and words[1:2] and b"0" < words[1][:1] < b"5": break
    word = b"up"
    if time.time() > end: word = b"late"; break
    time.sleep(0.02)
up = open("/proc/uptime", "rb").read()
queued = text("/schedstat")
for child in text("/task/" + proc.split("/")[-1] + "/children").split()[:99]:
    proc = "/proc/" + child.decode()
    queued += text("/schedstat")
proc = sys.argv[4]
sockets = text("/net/tcp") + text("/net/tcp6")
out.write(b"\n==\n".join((word, up, text("/stat"), queued, sockets, last[:4096])))
""".replace("MOST", str(MOST))

# For any shell. Arguments: use, seconds, port, the client, request, path, further ones of curl
_SHELL = r"""
use=$1 patience=$2 port=$3 client=$4 request=$5 path=$6
shift 6
ask() {
  case $client in
    curl) curl -q -g -s -i --raw -m 10 "$@" "http://127.0.0.1:$port$path" ;;
    bash) bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf %s "$2" >&3 && cat <&3' - \
      "$port" "$request" ;;
    busybox) R=$request busybox nc 127.0.0.1 "$port" -e sh -c 'printf %s "$R"; cat >&2' 2>&1 ;;
    wget) wget -q -O - --save-headers --content-on-error --max-redirect=0 -T 10 -t 1 \
      "http://127.0.0.1:$port$path" ;;
  esac 2>/dev/null
}
text() { while read -r line || [ -n "$line" ]; do echo "$line"; done < "$1"; } 2>/dev/null
[ "$use" = ask ] && { ask "$@"; exit; }
read -r up rest < /proc/uptime; end=$((${up%.*} + patience)) word=once last=
while :; do
  head=$(ask "$@" | { IFS= read -r line; printf %s "$line"; })
  last=${head:-$last}
  read -r up rest < /proc/uptime
  case $head in HTTP/?\ [1-4]* | HTTP/?.?\ [1-4]*) break ;; esac
  word=up; [ "${up%.*}" -ge "$end" ] && { word=late; break; }
  sleep 0.02 2>/dev/null || sleep 1
done
echo "$word"; echo ==; echo "$up"; echo ==; text /proc/1/stat; echo ==
text /proc/1/schedstat
for child in $(text /proc/1/task/1/children); do text "/proc/$child/schedstat"; done
echo ==; text /proc/net/tcp; text /proc/net/tcp6; echo ==; echo "$last"
"""


@record
class PortQuestion:
    """What to ask at a port; `use` is `wait`, `ask` or `many`, `patience` in seconds.

    `requests` are several of `many`, one of the others.
    """

    use: str
    port: int
    requests: tuple[HttpRequest, ...]
    patience: float


@record
class Waited:
    """What came of waiting: seconds from the start of process 1 to the answer.

    They are None where the kernel did not tell.

    `at_once` where the first question was answered: then these are the seconds until it was asked.
    `queued` are those in which the program waited for a processor that another one had.
    `listening` are (address in hex, port); `head` is the first line of the last answer that came.
    """

    is_up: bool
    at_once: bool
    seconds: float | None
    queued: float
    listening: tuple[tuple[str, int], ...]
    head: str

    @property
    def reachable(self) -> tuple[int, ...]:
        """The ports that are listened at from outside the container."""
        ports = {port for address, port in self.listening if address not in _LOOPBACK}
        return tuple(sorted(ports))

    def listens(self, port: int) -> str:
        """Where the port is listened at: everywhere, loopback; empty where that is not known."""
        places = {address for address, each in self.listening if each == port}
        if places & {*_ANY}:
            return "everywhere"
        return "loopback" if places and places <= {*_LOOPBACK} else ""


def in_python(
    program: str,
    question: PortQuestion,
    proc: str = "/proc/1",
    hosts: Sequence[str] = ("127.0.0.1", "::1"),
) -> list[str]:
    """The command that asks with a Python, which reads no settings and no packages of its user."""
    words = (
        question.use,
        str(question.patience),
        str(question.port),
        proc,
        _in_hex(question),
        *hosts,
    )
    return [program, "-E", "-s", "-S", "-c", _PYTHON, *words]


def in_shell(client: str, question: PortQuestion) -> list[str]:
    """The command that asks with a shell and a client."""
    [request] = question.requests
    port = request.port or question.port
    words = (
        question.use,
        str(int(question.patience) + 1),
        str(port),
        client,
        _request(request, port).decode("utf-8", "replace"),
        _target(request.path),
    )
    own = _for_curl(request, port) if client == "curl" else ()
    return [SHELL, "-c", _SHELL, SHELL, *words, *own]


def longest_output(question: PortQuestion) -> int:
    """Bytes that a script prints at most: of each answer, and of the line before it."""
    return (MOST + _LONGEST_NUMBERS) * len(question.requests)


def can_send(client: str, request: HttpRequest) -> bool:
    """Whether a client of a shell can send a request: wget knows GET alone."""
    is_plain = request.method == "GET" and not request.headers and not request.body
    return client != "wget" or is_plain


def _for_curl(request: HttpRequest, port: int) -> tuple[str, ...]:
    """Options with which curl sends the request as the other ways do, and nothing of its own.

    An empty header is written with a semicolon; `NAME:` takes one of curl's away (curl(1), -H).
    """
    words = ["--path-as-is", "--noproxy", "*"]
    words += ["--head"] if request.method == "HEAD" else ["-X", request.method]
    own = {header.partition(":")[0].lower() for header in request.headers}
    usual = (f"Host: localhost:{port}", "User-Agent: lightship", "Content-Type:")
    for header in (*usual, "Expect:"):
        if header.partition(":")[0].lower() not in own:
            words += ["-H", header]
    for header in request.headers:
        name, _, value = header.partition(":")
        words += ["-H", header if value.strip() else f"{name};"]
    if request.body or not request.is_repeatable:
        words += ["--data-raw", request.body]
    return tuple(words)


def _in_hex(question: PortQuestion) -> str:
    if question.use != "many":
        [request] = question.requests
        return _request(request, request.port or question.port).hex()
    rows: list[str] = []
    for request in question.requests:
        port = request.port or question.port
        rows.append(f"{port}:{_request(request, port).hex()}")
    return ",".join(rows)


def _request(request: HttpRequest, port: int) -> bytes:
    """A request as it is sent; its own headers win."""
    own = {header.partition(":")[0].lower() for header in request.headers}
    lines = [f"{request.method} {_target(request.path)} HTTP/1.1"]
    usual = (
        ("Host", f"localhost:{port}"),
        ("User-Agent", "lightship"),
        ("Accept", "*/*"),
    )
    lines += [f"{name}: {value}" for name, value in usual if name.lower() not in own]
    lines += request.headers
    body = request.body.encode("utf-8", "replace")
    if body or not request.is_repeatable:
        lines.append(f"Content-Length: {len(body)}")
    lines.append("Connection: close")
    head = "\r\n".join(lines).encode("ascii", "replace")
    return head + b"\r\n\r\n" + body


def _target(path: str) -> str:
    """A path as a request may have it; what would end its line is escaped."""
    return "/" + quote(path, safe="/?&=%:@!$'()*+,;~-._[]").removeprefix("/")


def read_waited(output: bytes) -> Waited | None:
    """What a script printed when it had waited; None where it did not come so far."""
    parts = output.decode("latin-1").split(_MARK, 5)
    if len(parts) != 6:
        return None
    word, up, process, schedules, sockets, head = parts
    found = tuple(
        (address, int(port, 16)) for address, port in _LISTENING.findall(sockets)
    )
    return Waited(
        word in ("once", "up"),
        word == "once",
        _elapsed(up, process),
        _queued(schedules),
        found,
        head[:_HEAD].partition("\n")[0].strip(),
    )


def _elapsed(up: str, process: str) -> float | None:
    """Seconds since a process started.

    Source: proc(5), /proc/uptime and the 22nd field of /proc/PID/stat.
    """
    with suppress(ValueError, IndexError):
        found = (
            float(up.split(maxsplit=1)[0])
            - int(process.rpartition(")")[2].split()[19]) / _TICKS
        )
        return round(max(found, 0.0), 2) if found < 1e6 else None
    return None


def _queued(schedules: str) -> float:
    """Seconds on a run queue: of a process, and of that child of it which waited longest.

    Source: proc(5), /proc/PID/schedstat, the second number, in nanoseconds. 0 where a kernel has
    none.
    """
    waits: list[float] = []
    for row in schedules.splitlines():
        numbers = row.split()
        if len(numbers) == 3 and all(map(str.isdecimal, numbers)):
            waits.append(int(numbers[1][:18]) / 1e9)
    if not waits:
        return 0.0
    first, *children = waits
    return round(first + max(children, default=0.0), 3)


def read_answer(question: str, output: bytes) -> Answer:
    """A raw answer: its status, and its body as text where each character is a byte."""
    head, _, body = output[:MOST].partition(b"\r\n\r\n")
    if b"\n\n" in head:
        head, _, body = output[:MOST].partition(b"\n\n")
    lines = head.decode("latin-1").splitlines() or [""]
    status = _STATUS.match(lines[0])
    if status is None:
        return Answer(
            question,
            error="it does not answer"
            if not output
            else f"no HTTP answer: {lines[0][:200]!r}",
        )
    rows = tuple(line.strip() for line in lines[1:_MOST_HEADERS] if ":" in line)
    fields = [line.lower().replace(" ", "") for line in rows]
    chunked = any(
        field.startswith("transfer-encoding:") and field.endswith("chunked")
        for field in fields
    )
    text = b"".join(_chunks(body)) if chunked else body
    return Answer(question, int(status[1]), text.decode("latin-1"), headers=rows)


def read_many(questions: Sequence[str], output: bytes) -> list[Answer]:
    """The answers to several questions; those of which nothing was printed did not come."""
    answers: list[Answer] = []
    rest = output
    for question in questions:
        head, _, rest = rest.partition(b"\n")
        numbers = head.split()
        if len(numbers) != 2 or not all(map(bytes.isdigit, numbers)):
            answers.append(Answer(question, error="it does not answer"))
            rest = b""
            continue
        length = int(numbers[1][:9])
        answer = read_answer(question, rest[:length])
        rest = rest[length:]
        answers.append(replace(answer, seconds=int(numbers[0][:9]) / 1000))
    return answers


def _chunks(body: bytes) -> Iterator[bytes]:
    """The content of chunks (RFC 9112, 7.1), as far as they are whole."""
    at = 0
    while (end := body.find(b"\n", at)) >= 0:
        try:
            size = int(body[at:end].partition(b";")[0].strip()[:8] or b"0", 16)
        except ValueError:
            return
        if size <= 0:
            return
        yield body[end + 1 : end + 1 + size]
        at = body.find(b"\n", end + 1 + size) + 1 or len(body)
