"""Assemble: a solved model becomes a design with its sources, or a refusal with its reasons."""

from designlib.assemble.fleet import crowded
from designlib.assemble.join import assemble
from designlib.assemble.refuse import farther, joined, refusal, relaxed

__all__ = ["assemble", "crowded", "farther", "joined", "refusal", "relaxed"]
