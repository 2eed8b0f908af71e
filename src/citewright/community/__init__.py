"""Accounts, sessions, limits, votes, suggestions, mail and the review queue, as rows."""
