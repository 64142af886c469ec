-- Releases that people recorded themselves: what went out, and when.
CREATE TABLE release (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    person BIGINT NOT NULL,
    what TEXT NOT NULL,
    released_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX release_person ON release (partnership, person, released_at);
CREATE INDEX release_squad ON release (partnership, squad, released_at);
