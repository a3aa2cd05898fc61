"""Specimen identity cards and portraits: drawn, photographed, and (by other modules) inspected.

Knows the domain, numpy and Pillow, and nothing else of the simulator. Whoever needs it imports it
when it is needed: the server starts without it. No module here reads a clock or draws on anything
random but digests of what it is given.
"""
