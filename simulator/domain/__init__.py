"""Pure rules on plain values: no Flask, no I/O, no clock reads, no randomness of their own."""
