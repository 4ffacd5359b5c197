"""The audit: who did what, when. Append-only."""
