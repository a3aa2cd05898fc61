"""What maintains the project; not installed."""
