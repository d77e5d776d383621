"""What is taken from a stage that ran again, since a file changed: where it comes out the same, it hits."""

from __future__ import annotations

from cache.change import Change, made

LINKED = {"link": "-> src"}


def edited(
    name: str,
    why: str,
    script: str,
    taken: str = "/out",
    path: str = "src/a.txt",
    **more,
) -> Change:
    """The same script, on a file with other bytes, or a new one."""
    return made(name, why, script, taken=taken, put={path: "edited\n"}, **more)


CHANGES = (
    edited("effect-reads-the-file", "it is in the output", "cat /src/a.txt > /out"),
    edited("effect-reads-another-file", "it is not", "cat /src/b.txt > /out"),
    edited("effect-reads-its-directory", "it is in the output", "cp -r /src /out"),
    edited("effect-reads-another-directory", "it is not", "cp -r /docs /out"),
    edited("effect-by-wildcard", "the shell finds it", "cat /src/*.txt > /out"),
    edited(
        "effect-by-wildcard-new-file",
        "the shell finds it",
        "cat /src/*.txt > /out",
        path="src/c.txt",
    ),
    edited(
        "effect-names-by-wildcard",
        "echo of names that the shell finds",
        "cd /src && echo *.txt > /out",
        path="src/c.txt",
    ),
    edited(
        "effect-names-by-wildcard-same-names",
        "names, no bytes",
        "cd /src && echo *.txt > /out",
        cautious=True,
    ),
    edited(
        "effect-of-a-test",
        "whether a file is there",
        "if [ -f /src/c.txt ]; then echo 1 > /out; else echo 2 > /out; fi",
        path="src/c.txt",
    ),
    edited(
        "effect-of-test-and-or",
        "whether a file is there",
        "test -e /src/c.txt && echo 1 > /out || echo 2 > /out",
        path="src/c.txt",
    ),
    edited(
        "effect-of-a-failing-read",
        "whether a command fails",
        "cat /src/c.txt && echo 1 > /out || echo 2 > /out",
        path="src/c.txt",
    ),
    edited(
        "effect-of-a-substitution",
        "a command's output",
        "echo $(cat /src/a.txt) > /out",
    ),
    edited(
        "effect-of-backquotes", "a command's output", "echo `cat /src/a.txt` > /out"
    ),
    edited("effect-of-input", "a redirect that reads", "cat < /src/a.txt > /out"),
    edited("effect-of-other-input", "a redirect that reads", "cat < /src/b.txt > /out"),
    edited(
        "effect-of-a-pipe",
        "through other commands",
        "cat /src/a.txt | sort | head -n 1 > /out",
    ),
    edited(
        "effect-of-grep-in-a-directory",
        "it reads all of it",
        "grep -rl edited /src > /out; echo x >> /out",
    ),
    edited(
        "effect-of-append",
        "what was there stays",
        "echo x >> /src/a.txt",
        taken="/src/a.txt",
    ),
    edited(
        "effect-of-overwriting",
        "nothing is left of it",
        "echo x > /src/a.txt",
        taken="/src/a.txt",
    ),
    edited(
        "effect-of-sed-in-place",
        "what was there is changed",
        "sed -i s/e/x/ /src/a.txt",
        taken="/src/a.txt",
    ),
    edited(
        "effect-of-touch",
        "what was there stays",
        "touch /src/a.txt",
        taken="/src/a.txt",
    ),
    edited(
        "effect-of-removing", "it is gone", "rm /src/a.txt", taken="/src", cautious=True
    ),
    edited("effect-of-removing-another", "it stays", "rm /src/b.txt", taken="/src"),
    edited("effect-of-moving", "it is elsewhere", "mv /src /moved", taken="/moved"),
    edited(
        "effect-of-moving-away",
        "what was there is elsewhere",
        "mv /src/a.txt /other",
        taken="/src",
        cautious=True,
    ),
    edited("effect-of-a-symlink", "COPY follows the link", "ln -s /src/a.txt /out"),
    edited(
        "effect-of-a-symlink-to-another",
        "COPY follows the link",
        "ln -s /src/b.txt /out",
        cautious=True,
    ),
    edited(
        "effect-of-a-symlink-in-a-directory",
        "a link in a directory is its text",
        "mkdir /out && ln -s /src/a.txt /out/l",
        cautious=True,
    ),
    edited("effect-of-a-hard-link", "the same bytes", "ln /src/a.txt /out"),
    edited(
        "effect-of-a-copied-symlink",
        "cp follows it",
        "cp /now /out",
        files={"now": "-> src/a.txt"},
    ),
    edited(
        "effect-of-a-directory-by-a-symlink",
        "cat follows it",
        "cat /link/a.txt > /out",
        files=LINKED,
    ),
    edited(
        "effect-taken-through-a-symlink",
        "COPY follows it",
        "true",
        taken="/link/a.txt",
        files=LINKED,
    ),
    edited(
        "effect-of-a-loop",
        "the shell's own loop",
        "for f in a b; do cat /src/$f.txt; done > /out",
    ),
    edited(
        "effect-of-a-heredoc",
        "its body is expanded",
        "cat <<EOF > /out\n$(cat /src/a.txt)\nEOF",
    ),
    edited("effect-of-chance", "another number each time", "echo $RANDOM > /out"),
    edited(
        "effect-of-a-random-device",
        "other bytes each time",
        "head -c 8 /dev/urandom > /out",
    ),
    edited(
        "effect-of-a-kernels-file",
        "other bytes each time",
        "cat /proc/sys/kernel/random/uuid > /out",
    ),
    edited("effect-of-the-uptime", "other bytes each time", "cat /proc/uptime > /out"),
    edited(
        "effect-of-the-time",
        "another time each time",
        "date +%N > /out; cat /proc/uptime >> /out",
    ),
    edited("effect-of-a-times-file", "times are in no key", "touch /out"),
    edited(
        "effect-of-unknown-commands",
        "tee is not known, and writes the same",
        "echo x | tee /out",
        cautious=True,
    ),
    edited(
        "effect-of-a-subshell",
        "its directory is its own",
        "(cd /src && cat a.txt) > /out",
    ),
    edited(
        "effect-of-a-directory-changed-to",
        "relative to it",
        "cd /src; cat a.txt > /out",
    ),
    edited(
        "effect-of-a-working-directory",
        "relative to it",
        "cat a.txt > /out",
        between="WORKDIR /src\n",
    ),
    edited(
        "effect-behind-an-unknown-run",
        "nothing is left of what that made",
        "echo x > /out",
        between="RUN ls /src > /out\n",
    ),
    edited(
        "effect-before-an-unknown-run",
        "it may change anything",
        "ls /src > /dev/null",
        between="RUN echo x > /out\n",
        cautious=True,
    ),
    edited(
        "effect-of-many-steps",
        "step after step",
        "cat /two > /out",
        between="RUN cat /src/a.txt > /one\nRUN cat /one > /two\n",
    ),
    edited(
        "effect-of-many-steps-of-another",
        "step after step",
        "cat /two > /out",
        between="RUN cat /src/b.txt > /one\nRUN cat /one > /two\n",
    ),
)
