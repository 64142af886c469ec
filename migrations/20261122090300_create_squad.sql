CREATE TABLE squad (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    channel BIGINT NOT NULL,
    lead BIGINT NOT NULL,
    zone TEXT NOT NULL,
    schedule TEXT NOT NULL,
    working_days TEXT NOT NULL,
    -- JSON list of 1 to 4 questions.
    questions TEXT NOT NULL,
    -- HH:MM in the squad's zone.
    closes_at TEXT NOT NULL,
    -- How many reminders a day, 0 to 2.
    reminders BIGINT NOT NULL,
    archived_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX squad_channel ON squad (partnership, channel);

CREATE TABLE squad_member (
    partnership BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- What they do here, in their own words.
    does TEXT NOT NULL DEFAULT '',
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, squad, person)
);
CREATE INDEX squad_member_person ON squad_member (partnership, person);
