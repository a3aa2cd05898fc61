"""`make bench`: what the simulator costs, in one table, against a bare Flask view on the same front."""
