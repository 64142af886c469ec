//! Random worlds: a partnership each, kept through the features' own stores.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use elevenses::config::Config;
use elevenses::error::Result;
use elevenses::features::away::model::{Away, Part};
use elevenses::features::blocker::model::{Blocker, Body, Hold, Kind as Obstacle, SeenBy};
use elevenses::features::coffee::model::{Answer, Coffee, Guest, Seat};
use elevenses::features::conversation::library::Library;
use elevenses::features::conversation::model::{Conversation, Frame, Stage};
use elevenses::features::decision::model::{Decision, Draft, Status};
use elevenses::features::member::model::Membership;
use elevenses::features::organisation::model::{Holidays, Organisation, Settings};
use elevenses::features::release::model::Release;
use elevenses::features::setup::model::Partnership;
use elevenses::features::share::model::{Body as Words, Kind, Share, State};
use elevenses::features::squad::model::Squad;
use elevenses::features::{
    away, blocker, coffee, conversation, decision, member, organisation, release, setup, share, squad,
};
use elevenses::partnership::{ChannelId, NOBODY, OrganisationId, PartnershipId, SquadId, UserId};
use elevenses::schedule::Schedule;
use elevenses::storage::Tx;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::AssertSqlSafe;

use super::{first, midnight};

const PEOPLE: i64 = 30;
const ZONES: [Tz; 5] = [Tz::Europe__London, Tz::Asia__Kolkata, Tz::America__New_York, Tz::Pacific__Auckland, Tz::UTC];
/// London changes its clocks within these four weeks, Auckland at their very end.
const DAYS: u64 = 28;
/// When it is: within the last week; at its end, which has passed in Auckland alone; after it.
const NOW: [&str; 4] = ["2026-04-02T10:00:00Z", "2026-04-05T12:30:00Z", "2026-04-06T09:00:00Z", "2026-04-09T18:00:00Z"];

/// Makes up a world.
pub(crate) struct Maker {
    random: ChaCha8Rng,
    pub(crate) here: PartnershipId,
    pub(crate) now: DateTime<Utc>,
}

impl Maker {
    pub(crate) fn new(world: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(world);
        let now = NOW.choose(&mut random).expect("some").parse().expect("an instant");
        Self { random, here: PartnershipId(1_000 + i64::try_from(world).expect("a small number")), now }
    }

    fn up_to(&mut self, most: i64) -> i64 {
        self.random.random_range(0..=most)
    }

    fn often(&mut self, chance: f64) -> bool {
        self.random.random_bool(chance)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.choose(&mut self.random).expect("some")
    }

    fn date(&mut self) -> NaiveDate {
        first() + Days::new(self.random.random_range(0..DAYS))
    }

    /// An instant until now; often the first or last of somebody's week.
    fn instant(&mut self) -> DateTime<Utc> {
        let (from, most) = (midnight(first(), Tz::UTC) - TimeDelta::days(1), TimeDelta::days(30).num_milliseconds());
        let at = if self.often(0.4) {
            let monday = first() + Days::new(7 * self.random.random_range(0..5));
            midnight(monday, self.one_of(&ZONES)) + TimeDelta::milliseconds(self.up_to(2) - 1)
        } else {
            from + TimeDelta::milliseconds(self.up_to(most))
        };
        if at > self.now { self.now - (at - self.now) } else { at }
    }

    fn organisation(&mut self, organisations: i64) -> Option<OrganisationId> {
        Some(OrganisationId(self.up_to(organisations))).filter(|id| id.0 > 0)
    }
}

/// Makes up what happened in a world, and keeps it as the bot does.
pub(crate) async fn fill(tx: &mut Tx, mut maker: Maker) -> Result<()> {
    let (here, now) = (maker.here, maker.now);
    let zone = maker.one_of(&ZONES);
    let partnership = Partnership { name: "World".to_owned(), zone, admin: UserId(1), ready: true };
    setup::store::save(tx, here, &partnership, now).await?;
    let organisations = 1 + maker.up_to(3);
    for id in 1..=organisations {
        let settings = Settings { minimum_group: maker.one_of(&[5, 5, 6, 8]), ..Settings::default() };
        let new = Organisation::new(format!("Organisation {id}"), format!("O{id}"), None, Holidays::none());
        organisation::store::save(tx, here, &Organisation { id: OrganisationId(id), settings, ..new }, now).await?;
    }
    let mut colleagues = Vec::new();
    for person in (1..=PEOPLE).map(UserId) {
        member::store::ensure(tx, here, person, "Somebody", now).await?;
        let sure = if maker.often(0.9) { Membership::Agreed } else { Membership::Asked };
        let of = maker.organisation(organisations).map(|id| (id, sure));
        member::store::set_organisation(tx, here, person, of).await?;
        if maker.often(0.05) {
            member::store::leave(tx, here, person, now).await?;
        } else if of == Some((OrganisationId(1), Membership::Agreed)) {
            colleagues.push(person.0);
        }
    }
    let mut squads = Vec::new();
    for id in 1..=1 + maker.up_to(3) {
        let (schedule, zone) = (Schedule::parse("Mon-Fri 09:30").expect("a schedule"), maker.one_of(&ZONES));
        let new = Squad::new(&Config::default().squad, format!("Squad {id}"), ChannelId(id), UserId(1), schedule, zone);
        let one = Squad { id: SquadId(id), archived: maker.often(0.1), ..new };
        squad::store::save(tx, here, &one, now).await?;
        let many = usize::try_from(maker.up_to(12)).expect("a few");
        // Some squads are all of one organisation.
        let all = if maker.often(0.3) { colleagues.clone() } else { (1..=PEOPLE).collect() };
        let members = all.into_iter().choose_multiple(&mut maker.random, many);
        for person in &members {
            squad::store::add_member(tx, here, one.id, UserId(*person), now).await?;
        }
        squads.push((id, members));
    }
    check_in(tx, &mut maker, &squads).await?;
    for id in 1..=maker.up_to(20) {
        let (first, part) = (maker.date(), maker.one_of(&[Part::Day, Part::Day, Part::Morning, Part::Afternoon]));
        let last = first + TimeDelta::days(maker.up_to(9));
        let person = UserId(1 + maker.up_to(PEOPLE - 1));
        away::store::add(tx, here, person, &Away { id, first, last, part }, now).await?;
    }
    let squads: Vec<SquadId> = squads.iter().map(|(id, _)| SquadId(*id)).collect();
    for id in 1..=maker.up_to(14) {
        let one = Release { id, squad: maker.one_of(&squads), what: "It".to_owned(), at: maker.instant() };
        release::store::add(tx, here, UserId(1), &one, now).await?;
    }
    for id in 1..=maker.up_to(16) {
        let one = in_the_way(&mut maker, id, &squads, organisations);
        blocker::store::save(tx, here, &one).await?;
    }
    talk(tx, &mut maker, &squads).await?;
    give(tx, &mut maker, organisations).await
}

/// Check-ins of a month, each a row, and the squads that they were shared with.
async fn check_in(tx: &mut Tx, maker: &mut Maker, squads: &[(i64, Vec<i64>)]) -> Result<()> {
    let busy = maker.random.random_range(0.3..0.95);
    let (mut dates, mut shared) = (Vec::new(), Vec::new());
    for (person, date) in
        (1..=PEOPLE).flat_map(|person| (0..DAYS).map(|day| first() + Days::new(day)).map(move |date| (person, date)))
    {
        let weekend = date.weekday().num_days_from_monday() > 4;
        if !maker.often(if weekend { busy / 8.0 } else { busy }) {
            continue;
        }
        let state = maker.one_of(&["answered", "answered", "answered", "nothing_new", "open", "skipped", "day_off"]);
        dates.push(format!("({}, {person}, '{date}', '{state}')", maker.here));
        for (squad, members) in squads {
            // Somebody has left the squad, or answered and took it back.
            if maker.often(if members.contains(&person) { 0.9 } else { 0.02 }) {
                shared.push(format!("({}, {squad}, '{date}', {person})", maker.here));
            }
        }
    }
    let checkin = "INSERT INTO checkin (partnership, person, date, state) VALUES";
    let share = "INSERT INTO checkin_share (partnership, squad, date, person) VALUES";
    for (sql, rows) in [(checkin, dates), (share, shared)].into_iter().filter(|(_, rows)| !rows.is_empty()) {
        sqlx::raw_sql(AssertSqlSafe(format!("{sql} {}", rows.join(", ")))).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Something in the way of a squad: open, resolved, or resolved and open again.
fn in_the_way(maker: &mut Maker, id: i64, squads: &[SquadId], organisations: i64) -> Blocker {
    let (raised_at, asked) = (maker.instant(), maker.organisation(organisations));
    let seen_by = maker.one_of(&[SeenBy::Named, SeenBy::Squad, SeenBy::Squad, SeenBy::Everybody]);
    let hold = |maker: &mut Maker| {
        let (from, until) = (maker.instant(), maker.instant() + TimeDelta::days(7 * maker.up_to(1)));
        Hold { from: from.min(until), until: from.max(until), why: String::new() }
    };
    let holds = (0..maker.up_to(2)).map(|_| hold(maker)).collect();
    // Of those from before that was noted, nothing says when they were resolved.
    let resolved_at = maker.often(0.8).then(|| maker.instant().max(raised_at));
    let title = "Something".to_owned();
    Blocker {
        id,
        number: (seen_by != SeenBy::Named).then_some(id),
        squad: maker.one_of(squads),
        author: UserId(1),
        owner: NOBODY,
        their_owner: NOBODY,
        their_person: NOBODY,
        kind: Obstacle::Dependency,
        seen_by,
        resolved: maker.often(0.6),
        waits: maker.organisation(organisations),
        asked,
        says: Body { title, asked_at: asked.map(|_| raised_at), resolved_at, holds, ..Body::default() },
        raised_at,
        changed_at: maker.instant().max(raised_at),
    }
}

/// Decisions and conversations.
async fn talk(tx: &mut Tx, maker: &mut Maker, squads: &[SquadId]) -> Result<()> {
    for number in 1..=maker.up_to(8) {
        let says = Draft { title: "This".to_owned(), decision: "That".to_owned(), ..Draft::of(UserId(1)) };
        let one = Decision {
            number,
            version: 1,
            status: maker.one_of(Status::ALL),
            says,
            superseded_by: Vec::new(),
            recorded_by: UserId(1),
            recorded_at: maker.instant(),
            changed_at: maker.now,
            asked: 0,
        };
        decision::store::save(tx, maker.here, &one, UserId(1), "recorded").await?;
    }
    let library = Library::load(None)?;
    let template = library.get("quick-question").expect("it is shipped");
    for number in 1..=maker.up_to(6) {
        let (opened_at, closed) = (maker.instant(), maker.often(0.5));
        let [title, why, good] = ["What?", "Now.", "Well."].map(str::to_owned);
        let one = Conversation {
            number,
            frame: Frame { title, why, good, blocker: None, template: template.clone() },
            facilitator: None,
            anonymous: false,
            channel: ChannelId(maker.one_of(squads).0),
            forum: false,
            stage: if closed { Stage::Closed } else { Stage::Gathering },
            turned_at: opened_at,
            ends_at: None,
            deadline: opened_at,
            nudges: 0,
            proposal: None,
            grace: false,
            outcome: None,
            opened_at,
            closed_at: closed.then(|| maker.instant().max(opened_at)),
        };
        conversation::store::save(tx, maker.here, &one).await?;
    }
    Ok(())
}

/// Coffees and shares.
async fn give(tx: &mut Tx, maker: &mut Maker, organisations: i64) -> Result<()> {
    for person in 1..=maker.up_to(9) {
        coffee::store::save_guest(tx, maker.here, &Guest::new(UserId(person), maker.now)).await?;
    }
    for number in 1..=maker.up_to(10) {
        let mut seats: Vec<Seat> = (1..=2 + maker.up_to(1)).map(|person| Seat::new(UserId(person))).collect();
        for seat in &mut seats {
            let answers = [Answer::None, Answer::Met, Answer::Met, Answer::Not, Answer::Left];
            seat.say(maker.one_of(&answers), maker.instant());
        }
        let made_at = maker.now;
        let one = Coffee {
            number,
            round: Some(1),
            channel: ChannelId(1),
            prompt: 0,
            made_at,
            meets_at: None,
            over: false,
            seats,
        };
        coffee::store::save(tx, maker.here, &one).await?;
    }
    for number in 1..=maker.up_to(24) {
        let stories = [Kind::Success, Kind::Generosity, Kind::Lesson, Kind::Term];
        let kind = maker.one_of(&[&stories[..], &[Kind::Term, Kind::Offer, Kind::Need]].concat());
        let state = maker.one_of(&[State::Open, State::Open, State::Open, State::Gone, State::Closed]);
        let one = Share {
            number,
            kind,
            state: if state == State::Closed && !kind.is_exchange() { State::Open } else { state },
            person: UserId(1),
            organisation: maker.organisation(organisations),
            says: Words { title: "Something".to_owned(), ..Words::default() },
            shared_at: maker.instant(),
            changed_at: maker.now,
        };
        share::store::save(tx, maker.here, &one).await?;
    }
    Ok(())
}
