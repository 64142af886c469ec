-- What somebody could take over. Theirs alone, until they volunteer.
CREATE TABLE cover_offer (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- As it is compared, in lower case; and as it was written.
    skill TEXT NOT NULL,
    name TEXT NOT NULL,
    -- From when to when; NULL: open.
    first_date TEXT NOT NULL,
    last_date TEXT,
    PRIMARY KEY (partnership, person, skill)
);
CREATE INDEX cover_offer_skill ON cover_offer (partnership, skill);

-- Somebody asks for cover. Whoever asks stays the contact for partners.
CREATE TABLE cover (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    squad BIGINT NOT NULL,
    skill TEXT NOT NULL,
    name TEXT NOT NULL,
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    -- 'open', 'agreed' or 'withdrawn'
    state TEXT NOT NULL,
    -- Who covers, once it is agreed.
    volunteer BIGINT,
    -- The hand-over, as JSON; empty until it is written.
    hand_over TEXT NOT NULL DEFAULT '',
    -- Whether the squad was told in its channel, and a steward that nobody volunteered.
    shared BIGINT NOT NULL DEFAULT 0,
    stewards_told BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX cover_person ON cover (partnership, person);

-- Who was asked, and what they said: 'asked', 'yes' or 'no'. Only a yes is ever shown to anybody else.
CREATE TABLE cover_answer (
    partnership BIGINT NOT NULL,
    cover BIGINT NOT NULL,
    person BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (partnership, cover, person)
);
CREATE INDEX cover_answer_person ON cover_answer (partnership, person);
