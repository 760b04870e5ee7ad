"""Who may do what next: flows as versioned data, and the engine that moves along them."""
