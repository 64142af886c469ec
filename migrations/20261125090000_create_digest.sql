-- What is told of how people checked in in a week, fixed once it is over: of groups that can be told of beside each other.
CREATE TABLE digest_rate (
    partnership BIGINT NOT NULL,
    -- The week's Monday.
    monday TEXT NOT NULL,
    -- 'squad-3', 'organisation-2'; empty: the week is fixed.
    about TEXT NOT NULL,
    answered BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    -- JSON: answered ones by day, Monday first.
    by_day TEXT NOT NULL,
    halves_off BIGINT NOT NULL,
    PRIMARY KEY (partnership, monday, about)
);

-- Who gets which digest, and when.
CREATE TABLE digest_reader (
    partnership BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- 'squad-3', 'organisation-2', 'partnership'.
    about TEXT NOT NULL,
    -- 0: it is posted in a channel.
    person BIGINT NOT NULL,
    channel BIGINT,
    schedule TEXT NOT NULL,
    stopped BIGINT NOT NULL,
    -- JSON: what the last one asked for.
    asked TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (partnership, number)
);
CREATE UNIQUE INDEX digest_reader_about ON digest_reader (partnership, about, person);
