"""What is said to a person: in the system, and outside of it by one outgoing queue."""
