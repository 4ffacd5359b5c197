"""What people come to: events, series, dates."""
