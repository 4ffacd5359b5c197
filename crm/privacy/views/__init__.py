"""Pages about what is kept of people: how long (`kept`), and everything about one of them (`person`)."""
