"""The drug catalogue as a function of a seed."""
