"""What a deployment can set, read once from the environment; every setting has a default."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from api.languages import marked
from qr.links import printed_origin

BODY_BYTES_MAX = 256 * 1024
"""No request body may be larger; the scan API allows 4 KiB."""
PORT_MAX: Final = 65_535
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}|[0-9a-f:]{2,45}")
_EVERY_ADDRESS: Final = ("0.0.0.0", "::")
_CLASS: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


class BadSetting(Exception):
    """A setting that cannot be meant: a sentence with its facts, for the person who set it."""

    def __init__(self, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


class Settings(Struct, frozen=True):
    """home: data folder (keys, and the databases unless `database_url` names PostgreSQL).

    public_url: what printed codes point to; None until set, and nothing may be printed then. port: 0 takes a free one.
    demonstration: plain http is allowed, and pages say so. programme: the name residents know.
    trusted_proxies: addresses whose word about who is asking is taken; nobody's by default. trusts_clock: the clock is
    right though the newest event is dated later, by a clock that was wrong then. short_messages: who carries them to
    phones: `outbox` (files in the data folder), `off`, or a class as `package.module:Class`, made with the data folder.
    erasures_folder: where the erasure list is; None is the data folder's `erasures`. allowed_hosts: the names and
    addresses, in lower case and without a port, by which people may ask for us; None: by any.
    """

    home: Path
    database_url: str | None = None
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    demonstration: bool = False
    programme: str = "老城社区道德积分"
    care_programme: str = "邻里时光"
    trusted_proxies: tuple[str, ...] = ()
    trusts_clock: bool = False
    short_messages: str = "outbox"
    erasures_folder: Path | None = None
    allowed_hosts: frozenset[str] | None = None

    @property
    def erasures(self) -> Path:
        """The folder of the erasure list, which belongs on another disk than the databases and their backups."""
        return self.erasures_folder or self.home / "erasures"

    @property
    def origin(self) -> str:
        """Scheme, host and port that links and codes point to: the public URL, else this machine's."""
        host = "127.0.0.1" if self.host in _EVERY_ADDRESS else self.host
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def place(self) -> str:
        """Where the data is, for people to read: the folder, or that it is PostgreSQL; never a password."""
        return "PostgreSQL" if self.database_url else str(self.home)

    @property
    def may_sign_in(self) -> bool:
        """Whether what is typed travels encrypted, never leaves this machine, or is made up for the demonstration."""
        return self.secure or self.demonstration or self.host in _THIS_MACHINE

    @property
    def secure(self) -> bool:
        """Whether people reach us over https, so that cookies may be `__Host-` and Secure."""
        return self.origin.startswith("https://")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `LINLI_HOME`, `LINLI_DATABASE_URL`, `LINLI_PUBLIC_URL`, `HOST`, `PORT`, `LINLI_PROGRAMME`,
    `LINLI_CARE_PROGRAMME`, `LINLI_TRUSTED_PROXIES`, `LINLI_TRUST_CLOCK`, `LINLI_SMS`, `LINLI_ERASURES`,
    `LINLI_ALLOWED_HOSTS`.

    Raises BadSetting."""
    given = os.environ if environment is None else environment
    settings = _settings(given)
    return replace(settings, allowed_hosts=_allowed_hosts(settings, given.get("LINLI_ALLOWED_HOSTS", "")))


def _settings(given: Mapping[str, str]) -> Settings:
    return Settings(
        home=Path(given.get("LINLI_HOME") or "var").absolute(),
        database_url=given.get("LINLI_DATABASE_URL") or None,
        public_url=_public_url(given.get("LINLI_PUBLIC_URL", "")),
        host=given.get("HOST") or "127.0.0.1",
        port=_port(given.get("PORT") or "8000"),
        demonstration=given.get("LINLI_DEMONSTRATION", "") == "1",
        programme=given.get("LINLI_PROGRAMME") or "老城社区道德积分",
        care_programme=given.get("LINLI_CARE_PROGRAMME") or "邻里时光",
        trusted_proxies=_proxies(given.get("LINLI_TRUSTED_PROXIES", "")),
        trusts_clock=given.get("LINLI_TRUST_CLOCK", "") == "1",
        short_messages=_short_messages(given.get("LINLI_SMS") or "outbox"),
        erasures_folder=Path(given["LINLI_ERASURES"]).absolute() if given.get("LINLI_ERASURES") else None,
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= PORT_MAX):
        raise BadSetting(marked("PORT 是 0 到 65535 的整数，不是 {text}。"), text=text)
    return int(text)


def _public_url(text: str) -> str | None:
    """In lower case and without a slash at its end: as browsers name where a page came from."""
    url = text.strip().rstrip("/").lower()
    try:
        return printed_origin(url).lower() if url else None
    except ValueError:
        example = "https://linli.example.org"
        raise BadSetting(
            marked("LINLI_PUBLIC_URL 只写协议、主机名和端口，如 {example}，不是 {text}。"), example=example, text=text
        ) from None


def _proxies(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(one.strip(), strict=False)) for one in text.split(",") if one.strip())
    except ValueError:
        raise BadSetting(
            marked("LINLI_TRUSTED_PROXIES 是用逗号隔开的地址或网段，如 10.0.0.7,10.1.0.0/16，不是 {text}。"), text=text
        ) from None


def _allowed_hosts(settings: Settings, text: str) -> frozenset[str] | None:
    """What is set, else the public URL's host; the machine itself always. By any where nothing says who we are.

    A name that somebody else leads to us (DNS rebinding, a forged link) is none of ours.
    """
    named = [one.strip().lower() for one in text.split(",") if one.strip()]
    for one in named:
        if not _HOST.fullmatch(one):
            told = marked("LINLI_ALLOWED_HOSTS 是用逗号隔开的主机名或地址，不写端口，不是 {text}。")
            raise BadSetting(told, text=one)
    if not named and settings.public_url is None and settings.host in _EVERY_ADDRESS:
        return None
    own = [host_of(settings.public_url.partition("://")[2])] if settings.public_url else []
    return frozenset([*(named or own), settings.host.lower(), *_THIS_MACHINE])


def host_of(authority: str) -> str:
    """The host of `host:port` or `[address]:port`, in lower case and without brackets."""
    host = authority[1:].partition("]")[0] if authority.startswith("[") else authority.partition(":")[0]
    return host.lower()


def _short_messages(text: str) -> str:
    if text not in ("outbox", "off") and not _CLASS.fullmatch(text):
        raise BadSetting(marked("LINLI_SMS 是 outbox、off，或者“模块:类”，不是 {text}。"), text=text)
    return text
