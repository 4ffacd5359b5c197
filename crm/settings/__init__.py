"""A coalition's settings, its audit, the demo's outbox, and the operator's first commands."""
