"""The database's errors under the names that eventsourcing's applications catch."""

from collections.abc import Generator
from contextlib import contextmanager

from eventsourcing import persistence
from sqlalchemy import exc

_NAMES: list[tuple[type[exc.SQLAlchemyError], type[persistence.PersistenceError]]] = [
    (exc.IntegrityError, persistence.IntegrityError),
    (exc.OperationalError, persistence.OperationalError),
    (exc.TimeoutError, persistence.OperationalError),
    (exc.ProgrammingError, persistence.ProgrammingError),
    (exc.DataError, persistence.DataError),
    (exc.InternalError, persistence.InternalError),
    (exc.NotSupportedError, persistence.NotSupportedError),
    (exc.InterfaceError, persistence.InterfaceError),
    (exc.DatabaseError, persistence.DatabaseError),
    (exc.SQLAlchemyError, persistence.PersistenceError),
]


@contextmanager
def library_errors() -> Generator[None]:
    """Raise what SQLAlchemy raises inside as the library's error of the same kind."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        named = next(ours for theirs, ours in _NAMES if isinstance(error, theirs))
        raise named(str(error)) from error
