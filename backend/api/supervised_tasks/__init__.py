"""The resource of supervised tasks."""
