-- A digest reads what has changed lately, not the years before.
DROP INDEX blocker_state;
CREATE INDEX blocker_state ON blocker (partnership, state, changed_at);
