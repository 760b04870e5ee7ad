"""What has changed, in an order that no reader can overtake."""
