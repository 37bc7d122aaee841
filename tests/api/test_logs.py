"""Logs of what went wrong: where, never what people sent."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from api import logs

SECRET = "13811112222"


def failing() -> None:
    phone = SECRET
    raise ValueError(f"{phone} is taken")


def caught() -> ValueError:
    try:
        failing()
    except ValueError as cause:
        with pytest.raises(ValueError, match="again") as raised:
            raise ValueError(f"again {SECRET} is taken") from cause
        return raised.value
    raise AssertionError("it did not fail")


def test_a_trace_tells_types_and_places_and_no_words() -> None:
    told = logs.trace(caught())

    assert (told["error"], told["cause"]) == ("ValueError", "ValueError")
    assert any(place.endswith("caught") for place in told["places"])
    assert SECRET not in json.dumps(told)


@contextmanager
def fresh() -> Iterator[None]:
    """Nothing is configured yet, not even by the test runner; afterwards everything is as it was."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers = root.handlers[:]
    structlog.reset_defaults()
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    structlog.configure(**before)


def test_lines_are_json_and_hold_no_words_of_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    with fresh():
        logs.configure()
        structlog.get_logger("linli").error("bug", exc_info=caught())
        logging.getLogger("anywhere").error("a row with %s failed", SECRET, exc_info=caught())
        structlog.get_logger("linli").debug("too fine to be told")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["bug", "a row with %s failed"]
    assert all(line["error"] == "ValueError" and line["level"] == "error" for line in lines)
    assert SECRET not in json.dumps(lines)


def test_what_was_configured_before_stays() -> None:
    own = logging.NullHandler()
    with fresh():
        logging.getLogger().addHandler(own)
        structlog.configure(processors=[structlog.processors.KeyValueRenderer()])

        logs.configure()

        assert logging.getLogger().handlers == [own]
        assert len(structlog.get_config()["processors"]) == 1
