"""How many people come: wanted, promised, counted; and whether they become more."""
