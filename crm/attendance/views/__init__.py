"""Pages of attendance: the organizers' roll, the sign-in page at the door, the coalition's rules."""

from crm.attendance.views import door, hosts, roll, rules

bp = roll.bp
BLUEPRINTS = (roll.bp, door.bp, rules.bp)

__all__ = ["BLUEPRINTS", "bp", "hosts"]
