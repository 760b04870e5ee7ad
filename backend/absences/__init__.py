"""Who is away from his desk, and who does his work meanwhile."""
