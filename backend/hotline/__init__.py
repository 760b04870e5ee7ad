"""The quality hotline 12365: what citizens report, complain of, ask and praise, and what became of it."""
