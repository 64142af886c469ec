-- A partnership is one Discord server. Instants are UTC milliseconds, dates are ISO text,
-- snowflakes are BIGINT, flags are 0 or 1, lists are JSON text.

CREATE TABLE partnership (
    partnership BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    -- Who set it up last: the one who is told when something can't be delivered.
    admin BIGINT NOT NULL,
    set_up_at BIGINT,
    created_at BIGINT NOT NULL
);

-- Numbers that people can say (B-12), one row a partnership and kind.
CREATE TABLE counter (
    partnership BIGINT NOT NULL,
    kind TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (partnership, kind)
);

-- A Discord user, across partnerships: only what it takes to reach them.
CREATE TABLE person (
    person BIGINT NOT NULL PRIMARY KEY,
    dm_channel BIGINT,
    dm_closed_at BIGINT
);

-- A member is a person in one partnership; nothing of it combines across partnerships.
CREATE TABLE member (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- NULL until the person chose it; the squad's zone counts meanwhile.
    zone TEXT,
    -- The member's own time for check-ins, HH:MM; NULL follows the squad.
    prompt_at TEXT,
    organisation BIGINT,
    -- 'none', 'asked' (a steward has to say yes), 'agreed'
    membership TEXT NOT NULL,
    -- 'new', 'carded' (has the first-contact card), 'start', 'checkins', 'declined'
    contact TEXT NOT NULL,
    left_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, person)
);

-- Who has looked at a member's data other than the member, for /privacy.
CREATE TABLE access (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    who BIGINT NOT NULL,
    what TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX access_person ON access (partnership, person, at);

-- The answers of a /setup that isn't finished, as JSON.
CREATE TABLE setup_draft (
    partnership BIGINT NOT NULL PRIMARY KEY,
    answers TEXT NOT NULL
);

-- What somebody entered wrongly, until it is right: Discord keeps nothing of a form that was sent.
-- The form is named as '<feature>.<form>:<row>'.
CREATE TABLE form_draft (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    form TEXT NOT NULL,
    -- JSON: field names and texts.
    texts TEXT NOT NULL,
    PRIMARY KEY (partnership, person, form)
);
