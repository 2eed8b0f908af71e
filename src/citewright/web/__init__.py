"""The web application: review, decisions, accounts, and an interface for scripts."""
