-- Purpose: what changes when the names of the register change.
-- Parameters: none. Columns: version, six numbers (see the view's migration, 0017).
-- Indexes: none; change set by number.
SELECT version FROM addresses_names_version
