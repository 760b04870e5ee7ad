"""The card of a unit: kept ready as one JSON document, read with what depends on the day and the reader."""
