"""The fault of asking for print where the optional packages for it were not installed."""

from typing import ClassVar


class PrintExtraMissing(RuntimeError):
    """Posters, cards and PNG need the extra `print`; pages, SVG and scanning do not. `package`: what was not found."""

    code: ClassVar[str] = "print-extra-missing"

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} is not installed; install Linli with its extra: pip install 'linli[print]'")
        self.package = package
