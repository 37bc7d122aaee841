"""Adapters of the ports: how events, commands, personal data and sessions are kept on SQLite and PostgreSQL.

It is a persistence module of eventsourcing: `PERSISTENCE_MODULE=ledger.store`.
"""

from ledger.store.factory import Factory

__all__ = ["Factory"]
