"""Alembic's entry: the connection comes from `storage.schema`, which also owns the transaction."""

from alembic import context

from storage.engine.vector_tables import vectors

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=vectors.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
