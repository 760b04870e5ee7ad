"""Figures and reasons of the risk score over REST."""
