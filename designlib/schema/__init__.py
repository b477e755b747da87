"""Schema: closed models of everything that comes in from outside, the parts of the catalog and the brief."""
