"""The door for programs that speak Open311 GeoReport v2."""
