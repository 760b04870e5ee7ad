"""Supervised tasks (督办): ordered by a leader, done by a day, proven, accepted."""
