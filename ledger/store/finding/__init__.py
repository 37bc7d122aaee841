"""Finding people by what is said of them: an index in memory, built from the directory and never stored."""

from ledger.store.finding.finder import Finder as Finder
from ledger.store.finding.finder import NotReady as NotReady
from ledger.store.finding.queries import SearchTooShort as SearchTooShort
