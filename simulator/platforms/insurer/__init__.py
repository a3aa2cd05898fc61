"""What the platforms of the insurer itself share: the national one and all local ones."""
