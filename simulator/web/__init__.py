"""HTTP for every platform alike: operations, parsing, replies, OpenAPI, and the Flask app class.

It knows worlds, but no platform and no rule of the insurance.
"""
