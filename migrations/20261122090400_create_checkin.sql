CREATE TABLE checkin (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    date TEXT NOT NULL,
    -- 'open', 'answered', 'nothing_new', 'skipped', 'day_off'
    state TEXT NOT NULL,
    prompted_at BIGINT,
    answered_at BIGINT,
    PRIMARY KEY (partnership, person, date)
);

-- One line an answered question. The squads of the person at that time show the ones they asked.
CREATE TABLE checkin_answer (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    date TEXT NOT NULL,
    position BIGINT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (partnership, person, date, position)
);

-- The squads in which a check-in was shared, and its thread post there.
CREATE TABLE checkin_share (
    partnership BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    date TEXT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (partnership, squad, date, person)
);

-- What is in the way, carried over until it is cleared.
CREATE TABLE checkin_obstacle (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    since TEXT NOT NULL,
    text TEXT NOT NULL,
    cleared_at BIGINT,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX checkin_obstacle_open ON checkin_obstacle (partnership, person) WHERE cleared_at IS NULL;

-- Hours of work, for the person alone. Either a date with minutes (NULL: worked, length unknown),
-- or a date with a start and an end.
CREATE TABLE work_entry (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    date TEXT NOT NULL,
    minutes BIGINT,
    starts_at BIGINT,
    ends_at BIGINT,
    PRIMARY KEY (partnership, person, date)
);

CREATE TABLE away (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    -- 'day', 'morning', 'afternoon'
    part TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX away_person ON away (partnership, person, last_date);
