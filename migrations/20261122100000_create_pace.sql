-- Work, for the person alone: a date of which no times are known (minutes NULL: worked, nobody knows
-- how long; 0: no work) ...
CREATE TABLE work_day (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    date TEXT NOT NULL,
    minutes BIGINT,
    PRIMARY KEY (partnership, person, date)
);

-- ... and times of work, known by when they began.
CREATE TABLE work_block (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    -- The local date on which it began: what is said of a date replaces what was said before.
    date TEXT NOT NULL,
    -- NULL: still at work.
    ends_at BIGINT,
    -- Whether the bot had to guess the end.
    estimated BIGINT NOT NULL,
    PRIMARY KEY (partnership, person, starts_at)
);

INSERT INTO work_day (partnership, person, date, minutes)
SELECT partnership, person, date, minutes FROM work_entry WHERE starts_at IS NULL;
INSERT INTO work_block (partnership, person, starts_at, date, ends_at, estimated)
SELECT partnership, person, starts_at, date, ends_at, 0 FROM work_entry WHERE starts_at IS NOT NULL;
DROP TABLE work_entry;

-- What a member agreed with their employer, and what they were told.
CREATE TABLE pace (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- Minutes a week; NULL: the usual 37.5 hours.
    weekly_minutes BIGINT,
    -- Such as Mon-Fri; NULL: the days of their squads.
    working_days TEXT,
    opted_out BIGINT NOT NULL DEFAULT 0,
    -- JSON: which flags were told when, and until when they are snoozed.
    memory TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (partnership, person)
);
