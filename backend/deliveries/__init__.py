"""Issued papers on their way through offices: sent, opened, signed for, returned, passed on."""
