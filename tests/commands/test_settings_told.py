"""What was set is in the audit log from the start at which it changed."""

from pathlib import Path

from api.commands.serving import record_settings
from api.settings import Settings
from api.wiring import open_deployment


def starts(*settings: Settings) -> list[dict[str, str | int]]:
    """What the audit log says of settings after starts with each of them."""
    found: list[dict[str, str | int]] = []
    for one in settings:
        deployment = open_deployment(one)
        record_settings(deployment)
        found = [entry.facts for entry in deployment.audit_log.page(0, 10, kinds=["settings_changed"])]
        deployment.close()
    return found


def test_a_change_of_settings_is_told_once(tmp_path: Path) -> None:
    plain = Settings(tmp_path / "home")
    public = Settings(tmp_path / "home", public_url="https://[2001:db8::1]:8443", trusted_proxies=("10.0.0.7/32",))

    told = starts(plain, plain, public, public, plain)

    assert [facts["public_url"] for facts in told] == ["", "https://-2001:db8::1-:8443", ""]
    assert [facts["trusted_proxies"] for facts in told] == [0, 1, 0]
