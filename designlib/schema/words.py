"""Words for hardware: a word such as 'H100 class' names servers of the catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from designlib.faults import nearest, quoted
from designlib.schema.parts import Gpu, Server
from designlib.schema.plant_parts import Llm
from designlib.schema.tables import Price

_COUNT = re.compile(r"(\d+)[- ]?gpu\b\s*")
_TAIL = re.compile(r"\s+(class|servers?|systems?)$")


class Known(Protocol):
    """What a brief may name of a catalog."""

    @property
    def gpus(self) -> Mapping[str, Gpu]:
        """Return id -> GPU."""

    @property
    def servers(self) -> Mapping[str, Server]:
        """Return id -> server."""

    @property
    def llms(self) -> Mapping[str, Llm]:
        """Return id -> language model."""

    @property
    def prices(self) -> Mapping[tuple[str, str], Price]:
        """Return (item, quantity) -> price."""


def servers_named(word: str, catalog: Known) -> tuple[str, ...]:
    """Return the ids of the GPU servers that a word names; empty where it names none.

    A word is the id of a server or GPU, or the family of a GPU, in any case. It may begin with the
    number of GPUs (``8-GPU``), end in ``class``, and narrow the family (``A100-80``).

    Parameters
    ----------
    word : str
        What a user wrote.
    catalog : Known
        A catalog, or anything with its ``gpus`` and ``servers``.
    """
    key = _TAIL.sub("", word.strip().lower())
    match = _COUNT.match(key)
    gpus_count = int(match[1]) if match else None
    key = key[match.end() :] if match else key
    # The id of one server may hold the words of another's GPU.
    exact = catalog.servers.get(key)
    return tuple(
        server.id
        for server in (catalog.servers.values() if exact is None else (exact,))
        if server.gpu is not None
        and server.gpu in catalog.gpus
        and (gpus_count is None or server.specs.gpus_count.value == gpus_count)
        and _names(key, server, catalog.gpus[server.gpu])
    )


def _names(key: str, server: Server, gpu: Gpu) -> bool:
    if key in (server.id, gpu.id, gpu.family.lower()):
        return True
    words = [part for part in re.split(r"[^a-z0-9]+", key) if part]
    family = re.split(r"[^a-z0-9]+", gpu.family.lower())
    if not set(family) <= set(words):
        return False
    having = re.split(r"[^a-z0-9]+", f"{gpu.id} {server.id}")
    return all(any(part.startswith(word) for part in having) for word in set(words) - set(family))


def no_such_hardware(word: str, catalog: Known) -> str:
    """Return the sentence that says that a word names no server, with the nearest one that does."""
    families = sorted({gpu.family for gpu in catalog.gpus.values()})
    key = _COUNT.sub("", _TAIL.sub("", word.strip().lower()))
    hint = nearest(key, families) or nearest(key, [*catalog.servers, *catalog.gpus])
    hint = hint or f"; known families: {', '.join(families)}"
    return f"{quoted(word)} names no server, GPU or GPU family{hint}"
