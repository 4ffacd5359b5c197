"""Pages about what is kept of people: how long (`kept`)."""
