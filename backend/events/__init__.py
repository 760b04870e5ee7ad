"""The feed of changes, written by triggers: what has changed in the register, in an order that no reader can overtake."""
