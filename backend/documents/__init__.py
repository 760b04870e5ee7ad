"""Official documents that go out (发文): drafted, signed, numbered, issued as signed PDF, and found again."""
