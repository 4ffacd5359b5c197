"""What the coalition asks of a group: to accept newer words, to endorse, to confirm what was told for it."""

from functools import partial

from crm.asks import following, timeline
from crm.asks.operations.rounds import tell_late
from crm.asks.operations.telling import ASKS
from crm.core import contributions

contributions.after_stand.append(following.settle)
contributions.timeline.append(timeline.TIMELINE)
contributions.now_speaks.append(partial(tell_late, ASKS))
