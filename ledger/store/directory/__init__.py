"""The directory: whatever a person typed and every name, encrypted under a key per subject. It knows no events."""

from ledger.store.directory.directory import Directory as Directory
from ledger.store.directory.directory import Known as Known
from ledger.store.directory.evidence import Picture as Picture
from ledger.store.directory.sealing import DirectoryFault as DirectoryFault
