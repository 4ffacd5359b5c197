"""What a meeting talks about and what comes of it: agenda, minutes, decisions, action items."""
