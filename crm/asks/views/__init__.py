"""The coordinators' pages of newer words, and of what is asked of groups."""
