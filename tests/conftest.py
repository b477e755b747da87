"""Settings of the whole suite."""

from hypothesis import settings

# The same examples on every run, and no limit on one example: a busy machine is no bug.
settings.register_profile("steady", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("steady")
