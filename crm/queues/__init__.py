"""Call queues: the next group to call, handed out one at a time."""
