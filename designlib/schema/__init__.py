"""Schema: everything that comes in from outside, parts and briefs, has a closed model."""
