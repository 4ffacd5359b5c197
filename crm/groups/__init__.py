"""A group's own pages, for who speaks for it: what it says, its listing, its people, what it is asked."""
