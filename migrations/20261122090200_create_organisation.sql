CREATE TABLE organisation (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    tag TEXT NOT NULL,
    -- The Discord role that suggests membership.
    role BIGINT,
    -- The key of a built-in calendar, or 'own'
    calendar TEXT NOT NULL,
    -- JSON of its own calendar; empty where the calendar is built in.
    own_calendar TEXT NOT NULL DEFAULT '',
    -- Settings about its people: its stewards' alone. The pending ones take effect at pending_at.
    minimum_group BIGINT NOT NULL DEFAULT 5,
    retention_days BIGINT NOT NULL DEFAULT 365,
    steward_flags BIGINT NOT NULL DEFAULT 0,
    pending TEXT NOT NULL DEFAULT '',
    pending_at BIGINT,
    left_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);

-- Stewards and contacts. They count once they have accepted.
CREATE TABLE keeper (
    partnership BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- 'steward' or 'contact'
    job TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    accepted_at BIGINT,
    PRIMARY KEY (partnership, organisation, person, job)
);
CREATE INDEX keeper_person ON keeper (partnership, person);

-- Whose organisation has left: its retention still decides how long their data are kept.
CREATE TABLE former_member (
    partnership BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    person BIGINT NOT NULL,
    left_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, organisation, person)
);
