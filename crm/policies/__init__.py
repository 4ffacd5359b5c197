"""How far a demand has come with each target, and which demand a win opens."""
