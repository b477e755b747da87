"""Imports: what others publish about hardware, models and prices becomes files of an overlay.

A file is read completely and what it gives is checked before anything is written; nothing is ever
written into the shipped catalog.
"""

from __future__ import annotations

from designlib.imports.hugging_face import read_config
from designlib.imports.netbox import read_device
from designlib.imports.price_list import read_price_list
from designlib.imports.writing import Imported, place

__all__ = ["Imported", "place", "read_config", "read_device", "read_price_list"]
