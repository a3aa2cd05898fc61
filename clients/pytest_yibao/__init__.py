"""A pytest plugin: a fresh simulated world for each test, on one shared server."""
