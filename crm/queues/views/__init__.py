"""The pages of call queues: for callers (`calling`), and for who runs them (`running`)."""

from crm.queues.views import calling, running
from crm.queues.views.blueprint import bp

__all__ = ["bp", "calling", "running"]
