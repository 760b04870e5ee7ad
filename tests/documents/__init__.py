"""Official documents that go out."""
