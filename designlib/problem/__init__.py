"""The problem: what the optimization sees of a brief and a catalog, as plain frozen numbers."""
