"""The fault of asking for print where the optional packages for it were not installed."""

from typing import ClassVar


class PrintExtraMissing(RuntimeError):
    """Posters and cards need the extra `print`; pages, pictures of codes and scanning do not. `package` is missing."""

    code: ClassVar[str] = "print-extra-missing"

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} is not installed; install Linli with its extra: pip install 'linli[print]'")
        self.package = package
