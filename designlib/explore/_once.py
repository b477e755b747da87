"""Once: a view of a design that several readers ask for in a row is worked out one time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import ref

from designlib.catalog import Catalog
from designlib.design import Design

T = TypeVar("T")


def once(view: Callable[[Design, Catalog], T]) -> Callable[[Design, Catalog], T]:
    """Return a view that keeps its last answer, for as long as design and catalog are the same.

    Parameters
    ----------
    view : callable
        A function of a design and a catalog, both of which never change. What it returns is
        shared: nobody may change it.
    """
    kept: list[tuple[ref[Any], ref[Any], T]] = []

    @wraps(view)
    def asked(design: Design, catalog: Catalog) -> T:
        if not kept or kept[0][0]() is not design or kept[0][1]() is not catalog:
            kept[:] = [(ref(design), ref(catalog), view(design, catalog))]
        return kept[0][2]

    return asked
