"""One function per use case, shared by all platforms and told which platform asks."""
