"""Aliases: how people write GPUs, precisions and networks, and what the catalog calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from designlib.catalog import Catalog
from designlib.faults import nearest
from designlib.schema.tables import plain_word

_WORD = re.compile(r"[\w./-]+")


def gpu_id(catalog: Catalog, text: str) -> str | None:
    """Return the catalog id of a GPU however it is written, or None.

    Parameters
    ----------
    catalog : Catalog
        Its aliases come first, then the ids, names and families of its GPUs.
    text : str
        "H100", "h100-sxm5 80GB", ... ; case, space and punctuation do not matter.

    Notes
    -----
    A family or a name counts only where it means one GPU.
    """
    word = plain_word(text)
    alias = catalog.aliases.get(("gpu", word))
    if alias is not None:
        return alias.means
    for told in (
        {plain_word(name): [name] for name in catalog.gpus},
        _by(catalog, {name: gpu.name for name, gpu in catalog.gpus.items()}),
        _by(catalog, {name: gpu.family for name, gpu in catalog.gpus.items()}),
    ):
        found = told.get(word, [])
        if len(found) == 1:
            return found[0]
    return None


def gpu_hint(catalog: Catalog, text: str) -> str:
    """Return why a GPU is not known, with the nearest name that is."""
    families = [gpu.family for gpu in catalog.gpus.values()]
    families += [alias.name for alias in catalog.aliases.values() if alias.kind == "gpu"]
    return f"no GPU '{text}' in the catalog{nearest(text, families)}"


def precision_of(catalog: Catalog, text: str) -> str | None:
    """Return "bf16", "fp8", "fp4", "int8" or "int4" for a precision, or None where it is open.

    Parameters
    ----------
    catalog : Catalog
        Its aliases of kind "precision".
    text : str
        "FP8-CS", "MXFP8", "FP16/BF16", ... ; "FP8|NVFP4" leaves it open.
    """
    alias = catalog.aliases.get(("precision", plain_word(text))) if "|" not in text else None
    return alias.means if alias else None


def technology_of(catalog: Catalog, text: str) -> str | None:
    """Return "infiniband" or "ethernet" for the free text of a network, or None.

    Parameters
    ----------
    catalog : Catalog
        Its aliases of kind "fabric"; the first word of the text that is one decides.
    text : str
        As published: "8x ConnectX-7 IB NDR 400Gb/s".
    """
    for word in _WORD.findall(text):
        alias = catalog.aliases.get(("fabric", plain_word(word)))
        if alias is not None:
            return alias.means
    return None


def _by(catalog: Catalog, words: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in catalog.gpus:
        found.setdefault(plain_word(words[name]), []).append(name)
    return found
