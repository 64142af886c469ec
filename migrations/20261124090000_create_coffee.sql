-- Coffee across organisations: when, who joined, whom they don't want to meet, and who met whom.
CREATE TABLE coffee_circle (
    partnership BIGINT NOT NULL,
    -- The text channel below which pairs have their threads; 0: not chosen yet.
    channel BIGINT NOT NULL,
    -- 1, 2 or 4.
    weeks BIGINT NOT NULL,
    -- Such as 'Tuesday 10:00', in the partnership's zone.
    day_and_time TEXT NOT NULL,
    -- 1: colleagues may be paired, too.
    colleagues BIGINT NOT NULL,
    -- How many rounds there have been.
    rounds BIGINT NOT NULL,
    -- When the next one is; 0: none is planned.
    next_at BIGINT NOT NULL,
    PRIMARY KEY (partnership)
);

CREATE TABLE coffee_guest (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    -- The last date of a pause; empty: none.
    paused_until TEXT NOT NULL,
    -- As they entered them, such as '09:00-17:30'; empty: the usual ones.
    hours TEXT NOT NULL,
    -- 1: they may be asked for a coffee within the hour.
    may_be_asked BIGINT NOT NULL,
    PRIMARY KEY (partnership, person)
);

-- Nobody but the person learns of it.
CREATE TABLE coffee_never (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    other BIGINT NOT NULL,
    PRIMARY KEY (partnership, person, other)
);

CREATE TABLE coffee_group (
    partnership BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- 0: a coffee that somebody asked for at once.
    round BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    prompt BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    -- When they meet; 0: not chosen.
    meets_at BIGINT NOT NULL,
    -- 1: the next round has begun, or everybody has left it.
    over BIGINT NOT NULL,
    PRIMARY KEY (partnership, number)
);
CREATE INDEX coffee_group_round ON coffee_group (partnership, round);

CREATE TABLE coffee_seat (
    partnership BIGINT NOT NULL,
    coffee BIGINT NOT NULL,
    -- 0: somebody who has left.
    person BIGINT NOT NULL,
    -- Which of them, from 0 on.
    seat BIGINT NOT NULL,
    -- '', 'met', 'not' or 'left'
    answer TEXT NOT NULL,
    -- When they said so; 0: they said nothing.
    said_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, coffee, seat)
);
CREATE INDEX coffee_seat_person ON coffee_seat (partnership, person);

-- Who asked for a coffee at once, and whom that was said to.
CREATE TABLE coffee_wish (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- 'open', 'met' or 'over'
    state TEXT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX coffee_wish_person ON coffee_wish (partnership, person);
