"""A registry on this machine whose tags a test moves: an index for each, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from images import INDEX, sha256
from registry.registry_process import Answer, Asked, Front, front

_MANIFEST = re.compile(r"/v2/(?P<name>.+)/manifests/(?P<tag>[^/]+)")
_TAGS = re.compile(r"/v2/(?P<name>.+)/tags/list.*")


def index(word: str) -> bytes:
    """An index that differs from that of any other word; what follows a blank are platforms."""
    _, *platforms = word.split()
    parts = [platform.partition("/") for platform in platforms]
    entries = [{"platform": {"os": os, "architecture": cpu}} for os, _, cpu in parts]
    document = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": entries,
        "annotations": {"word": word},
    }
    return json.dumps(document).encode()


def digest(word: str) -> str:
    """The digest of that index."""
    return sha256(index(word))


@dataclass
class PinnedTags:
    """`words` by `NAME:TAG`: what each tag means; `front` is who answers."""

    front: Front
    words: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.front.host

    @property
    def asked(self) -> list[str]:
        """What was asked for and sent, as `NAME:TAG`."""
        return self._asked("GET")

    @property
    def only_headers(self) -> list[str]:
        """That of which only the headers were asked for."""
        return self._asked("HEAD")

    def _asked(self, method: str) -> list[str]:
        own = [asked.path for asked in self.front.asked if asked.method == method]
        found = map(_MANIFEST.fullmatch, own)
        return [f"{match['name']}:{match['tag']}" for match in found if match]

    def answer(self, asked: Asked) -> Answer | None:
        match = _MANIFEST.fullmatch(asked.path)
        if match:
            word = self.words.get(f"{match['name']}:{match['tag']}")
            if word is None:
                return Answer(404)
            data = index(word)
            headers = {"Content-Type": INDEX, "Docker-Content-Digest": sha256(data)}
            return Answer(headers=headers, body=data)
        match = _TAGS.fullmatch(asked.path)
        if match is None:
            return None
        start = f"{match['name']}:"
        tags = [name[len(start) :] for name in self.words if name.startswith(start)]
        return Answer(body=json.dumps({"tags": tags}).encode())


@contextmanager
def pinned_tags(**words: str) -> Iterator[PinnedTags]:
    """A registry with these tags."""
    with front() as found:
        tags = PinnedTags(found, dict(words))
        found.rules.append(tags.answer)
        yield tags
