"""Replay: a month of a design played event by event, from seeds, with stated confidence."""
