"""Idempotency: what was answered to a request that made something, for whoever sends the same key again."""
