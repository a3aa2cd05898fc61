"""The platforms, one package each: routes, schemas and a dialect, but no rules."""
