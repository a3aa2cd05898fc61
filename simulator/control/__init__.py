"""The control API under /_control: a tester's hand on worlds, time, policy, people and records."""
