"""The organizers' pages of partners' calendars (`calendars`) and of files that are brought in (`files`)."""
