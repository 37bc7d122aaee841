"""Run by alembic around the steps of one store, on the connection and in the transaction that it is given."""

from alembic import context

store = context.config.attributes["store"]
context.configure(connection=context.config.attributes["connection"], version_table=f"{store}_version")
context.run_migrations()
