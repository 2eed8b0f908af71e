"""Watching a team's processes: logs that machines read, traces, figures for Prometheus.

Nothing here runs unless a setting asks for it, but for one thing: secrets are taken out of logs.
"""
