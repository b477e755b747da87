"""Assemble: a solved model becomes a design with its sources, or a refusal with its reasons."""

from designlib.assemble.fleet import crowded
from designlib.assemble.join import assemble
from designlib.assemble.refuse import refusal, relaxed
from designlib.assemble.trials import verified

__all__ = ["assemble", "crowded", "refusal", "relaxed", "verified"]
