"""What the demo coalition's delegates talk about, decide and take on, every second Thursday."""

from __future__ import annotations

# (title, minutes, who leads it)
AGENDA = (
    ("Who is here, and for which group", 10, ""),
    ("Last Saturday: how many came, what went wrong", 20, "Marshals"),
    ("The hearing: who speaks for which demand", 35, "Bellwater Tenants Union"),
    ("Reports from the sectors", 30, ""),
    ("Who calls whom before next Saturday", 20, ""),
)
MINUTES = """# Last Saturday

More people than the week before, and the stewards at the bridge were too few. **Next time ten.**

# The hearing

- The tenants speak first, then the hospital workers.
- Two minutes each; the text goes round before Monday.

# Reports

The campus groups meet on Wednesdays from now on.
"""
# Of each meeting, the oldest first: (what was decided, what is to be done, days until it is due, done).
CAME_OF_IT = (
    ("We march every Saturday until inauguration day.", "Ask the pier for the sound system", 7, True),
    ("Every group brings one steward.", "Find ten vests", 5, True),
    ("The tenants speak first at the hearing.", "Book four places at the hearing", 10, True),
    ("We write to the school board together.", "Draft the letter to the school board", 17, False),
)
# How many groups are looked for, and the share of the members that makes a quorum.
DELEGATIONS, QUORUM = 18, 30
