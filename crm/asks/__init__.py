"""What the coalition asks of a group: to accept newer words, to endorse, to confirm what was told for it."""

from crm.asks import following
from crm.core import contributions

contributions.after_stand.append(following.settle)
