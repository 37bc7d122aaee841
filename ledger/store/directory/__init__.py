"""The directory: whatever a person typed and every name, encrypted under a key per subject. It knows no events."""
