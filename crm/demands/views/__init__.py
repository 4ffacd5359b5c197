"""The pages of demands and of who stands behind them."""
