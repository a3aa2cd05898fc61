"""The control API under /_control: the tester's hand on worlds, time, policy, people and records."""
