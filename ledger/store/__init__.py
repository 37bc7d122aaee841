"""Adapters of the ports: how events, commands, personal data and sessions are kept on SQLite and PostgreSQL."""
