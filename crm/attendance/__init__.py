"""Who came: by group, by delegate where the coalition wants that, or a head count alone."""
