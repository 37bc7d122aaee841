"""Use cases: the only place where contexts meet. They know ports, never databases or the web."""
