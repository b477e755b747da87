"""The optimization: one file a layer, one ledger that joins them.

One engine that proves the optimum.
"""
