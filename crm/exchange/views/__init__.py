"""The pages of an import: the upload, the columns, the preview, its progress and its result."""

from crm.exchange.views import columns, rows, show, uploads, words
from crm.exchange.views.blueprint import bp

__all__ = ["bp", "columns", "rows", "show", "uploads", "words"]
