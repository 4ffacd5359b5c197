"""The pages of the stages: the board and the list (`board`), what moved (`moves`)."""

from crm.pipeline.views import board, moves
from crm.pipeline.views.blueprint import bp

__all__ = ["board", "bp", "moves"]
