"""Power loss without a power switch: a recorder of system calls, a disk that keeps what was synced, and cuts."""
