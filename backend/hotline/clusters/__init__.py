"""Where and since when more comes in than chance would bring."""
