"""The example projects run from a copy, as a newcomer's would: never in this repository's run."""

collect_ignore = ["balance_lookup"]
