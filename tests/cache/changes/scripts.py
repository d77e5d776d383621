"""What is taken from a stage whose script was edited: where it comes out the same, it hits."""

from __future__ import annotations

from cache.change import made

LINKED = {"link": "-> src"}


CHANGES = (
    made(
        "effect-of-a-script-of-the-context",
        "what it runs is in a file",
        "sh /run.sh",
        files={"run.sh": "echo 1 > /out\n"},
        put={"run.sh": "echo 2 > /out\n"},
    ),
    made(
        "effect-of-a-sourced-script",
        "what it runs is in a file",
        ". /run.sh",
        files={"run.sh": "echo 1 > /out\n"},
        put={"run.sh": "echo 2 > /out\n"},
    ),
    made(
        "effect-through-a-symlink",
        "the same file by another path",
        "ln -s /src /s && echo x > /s/a.txt",
        "ln -s /src /s && echo y > /s/a.txt",
        taken="/src",
    ),
    made(
        "effect-through-a-symlink-of-the-context",
        "the same file by another path",
        "echo x > /link/a.txt",
        "echo y > /link/a.txt",
        taken="/src",
        files=LINKED,
    ),
    made(
        "effect-through-a-symlink-before",
        "the same file by another path",
        "echo x > /s/a.txt",
        "echo y > /s/a.txt",
        taken="/src",
        between="RUN ln -s /src /s\n",
    ),
    made(
        "effect-through-a-hard-link",
        "the same file by another name",
        "echo x > /h",
        "echo y > /h",
        taken="/src",
        between="RUN ln /src/a.txt /h\n",
        cautious=True,
    ),
    made(
        "effect-through-proc",
        "the same file by another path",
        "echo x > /proc/self/root/src/a.txt",
        "echo y > /proc/self/root/src/a.txt",
        taken="/src",
    ),
    made(
        "effect-with-dots",
        "the same file by another path",
        "echo x > /docs/../src/a.txt",
        "echo y > /docs/../src/a.txt",
        taken="/src",
    ),
    made(
        "effect-of-a-variable-destination",
        "where it writes",
        "F=/out; echo x > $F",
        "F=/out; echo y > $F",
    ),
    made(
        "effect-of-a-substituted-destination",
        "where it writes",
        "echo x > $(echo /out)",
        "echo y > $(echo /out)",
    ),
    made(
        "effect-of-a-home",
        "where it writes",
        "echo x > ~/out",
        "echo y > ~/out",
        taken="/tmp/out",
        between="ENV HOME=/tmp\n",
    ),
    made(
        "effect-of-a-home-changed-to",
        "where it writes",
        "cd && echo x > out",
        "cd && echo y > out",
        taken="/tmp/out",
        between="ENV HOME=/tmp\n",
    ),
    made(
        "effect-of-a-wildcard-destination",
        "where it writes",
        "for f in /src/a*; do echo x > $f; done",
        "for f in /src/a*; do echo y > $f; done",
        taken="/src",
    ),
    made(
        "effect-of-removing-by-wildcard",
        "what is left",
        "rm /src/a*",
        "rm /src/b*",
        taken="/src",
    ),
    made(
        "effect-of-another-file",
        "nothing of what is taken",
        "echo x > /out; echo 1 > /other",
        "echo x > /out; echo 2 > /other",
    ),
    made(
        "effect-of-another-file-beside",
        "in the directory that is taken",
        "mkdir /out; echo 1 > /out/x",
        "mkdir /out; echo 2 > /out/x",
    ),
    made(
        "effect-of-another-order",
        "the last one counts",
        "echo 1 > /out; echo 2 > /out",
        "echo 2 > /out; echo 1 > /out",
    ),
    made(
        "effect-of-an-exit",
        "what follows does not run",
        "echo 1 > /out; true; echo 2 > /out",
        "echo 1 > /out; exit 0; echo 2 > /out",
    ),
    made(
        "effect-of-and-or",
        "what follows does not run",
        "echo 1 > /out; true && echo 2 > /out",
        "echo 1 > /out; true || echo 2 > /out",
    ),
    made(
        "effect-of-background",
        "done before the end",
        "echo 1 > /out",
        "echo 1 > /out & wait",
        cautious=True,
    ),
    made("effect-of-quotes", "the same word", "echo x > /out", "echo 'x' > /out"),
    made(
        "effect-of-blanks", "echo joins words", "echo x y > /out", "echo x   y > /out"
    ),
    made(
        "effect-of-quoted-blanks", "one word", "echo 'x y' > /out", "echo 'x  y' > /out"
    ),
    made(
        "effect-of-errors",
        "where errors go",
        "cat /nothing > /out || true",
        "cat /nothing > /out 2>&1 || true",
    ),
    made(
        "effect-of-a-mode",
        "modes count",
        "echo x > /out; chmod 644 /out",
        "echo x > /out; chmod 600 /out",
    ),
    made(
        "effect-of-a-mode-of-another",
        "not of what is taken",
        "echo x > /out; chmod 644 /src/a.txt",
        "echo x > /out; chmod 600 /src/a.txt",
    ),
    made(
        "effect-of-a-mode-of-all-above",
        "recursive",
        "chmod -R 755 /src",
        "chmod -R 700 /src",
        taken="/src/a.txt",
    ),
    made(
        "effect-of-an-owner",
        "owners count",
        "echo x > /out; chown 1 /out",
        "echo x > /out; chown 2 /out",
    ),
    made(
        "effect-of-a-umask",
        "modes count",
        "umask 022; echo x > /out",
        "umask 077; echo x > /out",
    ),
    made(
        "effect-of-a-redirect-in-a-function",
        "a name of its own",
        "f() { echo x; }; f > /out",
        "f() { echo y; }; f > /out",
    ),
    made(
        "effect-of-a-redefined-command",
        "a name of its own",
        "cat() { echo x; }; cat > /out",
        "cat() { echo y; }; cat > /out",
    ),
)
