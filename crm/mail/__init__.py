"""Mail: an outbox in the database, sent by the worker after the commit."""
