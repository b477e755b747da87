"""The optimization: one file a layer, one ledger that joins them, one engine that proves the optimum."""
