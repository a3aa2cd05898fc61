"""A stand-in for the Chinese basic medical insurance (医保) platforms, for tests."""
