"""What has changed, and nothing else: the Store protocol, its SQLite form, and the journal."""
