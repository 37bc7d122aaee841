"""Who belongs where: organisations and their tree, members and their cards and roles, households."""
