"""Demonstrations: who stands behind them."""
