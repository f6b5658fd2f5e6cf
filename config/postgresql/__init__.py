"""Django's own backend for PostgreSQL, which asks less often whether the server is still there."""
