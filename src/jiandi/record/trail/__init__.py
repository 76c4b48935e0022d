"""What happened: an append-only, sealed trail."""
