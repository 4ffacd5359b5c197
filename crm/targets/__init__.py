"""Who can grant a demand: a name, a place and a kind."""
