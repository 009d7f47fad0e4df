"""The databases under everything: connections, tables, migrations."""
