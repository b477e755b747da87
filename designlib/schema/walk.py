"""Schema walk: follow a path of keys through the types of the models."""

from __future__ import annotations

import typing
from types import UnionType
from typing import Annotated, TypeGuard, Union

from pydantic import BaseModel

Keys = tuple[str | int, ...]


def path_of(
    model: type[BaseModel], loc: tuple[str | int, ...]
) -> tuple[Keys, type[BaseModel] | None]:
    """Return the path in the data of an error, and the model that owns its last key.

    Parameters
    ----------
    model : type
        Model that was validated.
    loc : tuple
        Where pydantic saw the error; it holds the tag of a union too, which is no key of the data.
    """
    path: list[str | int] = []
    annotation: object = model
    owner: type[BaseModel] | None = None
    for key in loc:
        annotation = plain(annotation)
        if key == "[key]":
            continue
        if _is_union(annotation):
            annotation = _member(annotation, str(key))
            continue
        owner = annotation if _is_model(annotation) else owner
        annotation = _step(annotation, key)
        path.append(key)
    return tuple(path), owner


def type_below(annotation: object, key: str | int, data: object) -> object:
    """Return the type of one field or item, or None where the types have no such field.

    Parameters
    ----------
    annotation : object
        Type of ``data``.
    key : str or int
        Field or index.
    data : Any
        The data, whose ``kind`` picks the member of a union.
    """
    annotation = plain(annotation)
    if _is_union(annotation):
        kind = data.get("kind") if isinstance(data, dict) else None
        annotation = plain(_member(annotation, str(kind)))
    return plain(_step(annotation, key))


def plain(annotation: object) -> object:
    """Return a type without its limits and without None."""
    while True:
        if typing.get_origin(annotation) is Annotated:
            annotation = typing.get_args(annotation)[0]
            continue
        if _is_union(annotation):
            members = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
            if len(members) == 1:
                annotation = members[0]
                continue
        return annotation


def is_block(annotation: object) -> bool:
    """Return whether values of a type are mappings."""
    return _is_model(annotation) or typing.get_origin(annotation) is dict


def _step(annotation: object, key: str | int) -> object:
    if _is_model(annotation):
        field = annotation.model_fields.get(str(key))
        return None if field is None else field.annotation
    arguments = [arg for arg in typing.get_args(annotation) if arg is not Ellipsis]
    return arguments[-1] if arguments else None


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_union(annotation: object) -> bool:
    return typing.get_origin(annotation) in (Union, UnionType)


def _member(union: object, tag: str) -> object:
    for member in typing.get_args(union):
        kind = getattr(plain(member), "model_fields", {}).get("kind")
        if kind is not None and tag in typing.get_args(kind.annotation):
            return member
    return None
