"""Lists of people, of touches and of events: their fields, and what their rows say."""
