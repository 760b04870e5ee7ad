"""The register of units over REST."""
