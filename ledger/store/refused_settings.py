"""Why a database is refused at the start: a fault of its set-up, told in one clear line."""


class UnsafeSettings(Exception):
    """The database has a setting under which an acknowledged command could be lost or decided on a stale state."""


class DatabaseMissing(Exception):
    """The database is not named, its address cannot be read, or its driver is not installed."""


class NewerTables(Exception):
    """The database was migrated by a newer release than this one, which must not write to it."""
