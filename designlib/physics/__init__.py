"""Physics: pure functions of numbers, one law a module; no catalog, no solver, no state."""
