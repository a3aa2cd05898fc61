"""What goes on in a server beside the requests: alerts are looked after and webhooks sent."""
