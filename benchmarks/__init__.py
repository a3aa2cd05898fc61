"""`make bench`: what the simulator costs, against a bare Flask view on the same front."""
