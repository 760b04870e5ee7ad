"""What was answered to requests that made something, for whoever sends the same again."""
