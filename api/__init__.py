"""The edges: HTTP, pages and the command line. Thin; only `api.wiring` knows everything."""
