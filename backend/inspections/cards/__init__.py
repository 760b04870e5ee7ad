"""The card of a unit: kept ready as one document, read with what depends on the day and the reader."""
