"""What the third-party platforms have in common: the pages on which people give consent."""
