-- When an organisation works, as JSON; empty: as the partnership's zone suggests.
ALTER TABLE organisation ADD COLUMN hours TEXT NOT NULL DEFAULT '';
-- Where others reach it; without one, its contacts are written to.
ALTER TABLE organisation ADD COLUMN channel BIGINT;
