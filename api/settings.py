"""What a deployment can set, read once from the environment; every setting has a default."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

BODY_BYTES_MAX = 256 * 1024
"""No request body may be larger; the scan API allows 4 KiB."""


class Settings(Struct, frozen=True):
    """home: data folder (keys, and the databases unless `database_url` names PostgreSQL).

    public_url: what printed codes point to; None until set, and nothing may be printed then. port: 0 takes a free one.
    demonstration: plain http is allowed, and pages say so. programme: the name residents know.
    """

    home: Path
    database_url: str | None = None
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    demonstration: bool = False
    programme: str = "老城社区道德积分"
    care_programme: str = "邻里时光"

    @property
    def origin(self) -> str:
        """Scheme, host and port that links and codes point to: the public URL, else this machine's."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def place(self) -> str:
        """Where the data is, for people to read: the folder, or that it is PostgreSQL; never a password."""
        return "PostgreSQL" if self.database_url else str(self.home)

    @property
    def secure(self) -> bool:
        """Whether people reach us over https, so that cookies may be `__Host-` and Secure."""
        return self.origin.startswith("https://")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `LINLI_HOME`, `LINLI_DATABASE_URL`, `LINLI_PUBLIC_URL`, `HOST`, `PORT`, `LINLI_PROGRAMME`."""
    given = os.environ if environment is None else environment
    public_url = given.get("LINLI_PUBLIC_URL", "").rstrip("/")
    return Settings(
        home=Path(given.get("LINLI_HOME") or "var").absolute(),
        database_url=given.get("LINLI_DATABASE_URL") or None,
        public_url=public_url or None,
        host=given.get("HOST") or "127.0.0.1",
        port=int(given.get("PORT") or "8000"),
        demonstration=given.get("LINLI_DEMONSTRATION", "") == "1",
        programme=given.get("LINLI_PROGRAMME") or "老城社区道德积分",
        care_programme=given.get("LINLI_CARE_PROGRAMME") or "邻里时光",
    )
