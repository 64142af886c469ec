-- Releases that are coming up, which organisations were told of them, and which want to be.
CREATE TABLE planned_release (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    person BIGINT NOT NULL,
    what TEXT NOT NULL,
    planned_for BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- The release from CI that it turned out to be; 0: none.
    from_ci BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX planned_release_person ON planned_release (partnership, person);
CREATE INDEX planned_release_coming ON planned_release (partnership, state, planned_for);
CREATE TABLE planned_release_told (
    partnership BIGINT NOT NULL,
    planned BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, planned, organisation)
);
ALTER TABLE organisation ADD COLUMN hears_releases BIGINT NOT NULL DEFAULT 0;
