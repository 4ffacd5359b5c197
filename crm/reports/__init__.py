"""Reports: what came of outreach, by week, by kind of group and by organizer."""
