"""Changes of RUN's mounts of caches, secrets and memory."""

from __future__ import annotations

from cache.change import change, mounted

CACHE = "type=cache,target=/c"
SECRET = "type=secret,id=token"
CACHE_FROM_STAGE = """\
FROM base AS one
RUN mkdir /s && echo x > /s/f
FROM base
RUN --mount=type=cache,target=/c,from=one,source=/s echo a
"""
KEY = {"key": "1\n"}

CHANGES = (
    mounted("cache-mount-added", "a mount more", "", CACHE),
    mounted("cache-mount-removed", "a mount less", CACHE, ""),
    mounted(
        "cache-mount-id-added", "an id of its own is not none", CACHE, f"{CACHE},id=a"
    ),
    mounted(
        "cache-mount-id",
        "which id is not in the key, but that there is one",
        f"{CACHE},id=a",
        f"{CACHE},id=b",
    ),
    mounted(
        "cache-mount-id-for-sharing",
        "neither is in the key: an id of its own, or another sharing",
        f"{CACHE},id=a",
        f"{CACHE},sharing=locked",
    ),
    mounted(
        "cache-mount-id-and-sharing",
        "neither is in the key",
        f"{CACHE},id=a",
        f"{CACHE},id=b,sharing=private",
    ),
    mounted(
        "cache-mount-id-almost-as-the-target",
        "the engine's own odd case: an id that is the target without its slash",
        CACHE,
        f"{CACHE},id=c",
    ),
    mounted(
        "cache-mount-id-with-a-variable",
        "which id is not in the key",
        f"{CACHE},id=a$TARGETARCH",
        f"{CACHE},id=b",
    ),
    mounted(
        "cache-mount-relative-id",
        "a relative target is as an id of its own",
        "type=cache,target=c",
        "type=cache,target=c,id=a",
    ),
    mounted(
        "cache-mount-id-as-the-target",
        "the id that it has anyway",
        CACHE,
        f"{CACHE},id=/c",
    ),
    mounted(
        "cache-mount-sharing",
        "shared is not the other two",
        CACHE,
        f"{CACHE},sharing=locked",
    ),
    mounted(
        "cache-mount-sharing-default",
        "what it is anyway",
        CACHE,
        f"{CACHE},sharing=shared",
    ),
    mounted(
        "cache-mount-sharing-of-two",
        "locked and private are the same to the key",
        f"{CACHE},sharing=locked",
        f"{CACHE},sharing=private",
    ),
    mounted("cache-mount-target", "the target", CACHE, "type=cache,target=/d"),
    mounted(
        "cache-mount-target-with-a-slash",
        "the target as written",
        CACHE,
        "type=cache,target=/c/",
    ),
    mounted(
        "cache-mount-relative",
        "below the working directory",
        "type=cache,target=/app/c",
        "type=cache,target=c",
    ),
    mounted("cache-mount-dst", "another word for target", CACHE, "type=cache,dst=/c"),
    mounted("cache-mount-words-swapped", "no order", CACHE, "target=/c,type=cache"),
    mounted("cache-mount-mode", "a mode", CACHE, f"{CACHE},mode=0700"),
    mounted(
        "cache-mount-mode-default",
        "a mode that is said is not none",
        CACHE,
        f"{CACHE},mode=0755",
    ),
    mounted("cache-mount-uid", "an owner", CACHE, f"{CACHE},uid=1000"),
    mounted(
        "cache-mount-uid-of-two", "an owner", f"{CACHE},uid=1000", f"{CACHE},uid=1001"
    ),
    mounted("cache-mount-readonly", "a flag of the mount", CACHE, f"{CACHE},readonly"),
    change(
        "cache-mounts-swapped",
        "mounts are sorted",
        ("/c --mount=type=cache,target=/d", "/d --mount=type=cache,target=/c"),
        dockerfile="FROM base\nRUN --mount=type=cache,target=/c --mount=type=cache,target=/d echo a\n",
    ),
    change(
        "cache-mount-from-a-stage",
        "what it starts with",
        ("echo x", "echo y"),
        dockerfile=CACHE_FROM_STAGE,
    ),
    mounted("tmpfs-added", "a mount more", "", "type=tmpfs,target=/t"),
    mounted(
        "tmpfs-size",
        "the size",
        "type=tmpfs,target=/t",
        "type=tmpfs,target=/t,size=1048576",
    ),
    mounted(
        "tmpfs-target", "the target", "type=tmpfs,target=/t", "type=tmpfs,target=/u"
    ),
    mounted("secret-added", "a mount more", "", SECRET),
    mounted(
        "secret-id", "the id", SECRET, "type=secret,id=other,target=/run/secrets/token"
    ),
    mounted(
        "secret-required",
        "a flag of the mount",
        SECRET,
        f"{SECRET},required=true",
        files=KEY,
        options=(["--secret", "id=token,src=key"],) * 2,
    ),
    mounted("secret-target", "the target", SECRET, f"{SECRET},target=/s"),
    mounted("secret-mode", "a mode", SECRET, f"{SECRET},mode=0444"),
    mounted(
        "secret-value",
        "values are in no key",
        SECRET,
        SECRET,
        files=KEY,
        put={"key": "2\n"},
        options=(["--secret", "id=token,src=key"],) * 2,
    ),
    mounted(
        "secret-given",
        "values are in no key",
        SECRET,
        SECRET,
        files=KEY,
        options=([], ["--secret", "id=token,src=key"]),
    ),
    mounted("ssh-added", "a mount more", "", "type=ssh"),
    mounted("ssh-id", "the id", "type=ssh", "type=ssh,id=other"),
    change(
        "mount-with-a-variable",
        "expanded",
        ("V=/c", "V=/d"),
        dockerfile="FROM base\nARG V=/c\nRUN --mount=type=cache,target=$V echo a\n",
    ),
)
