//! How long the weekly digests take: 501 squads with a year behind them. Prints figures, not verdicts.
//!
//! `cargo bench --bench digest`, on SQLite; on Linux it prints processor time and memory, too. The world is made in a
//! process of its own, so that what that takes isn't counted. Everything runs on one thread, beside SQLite's own.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use elevenses::app::{App, Random};
use elevenses::clock::{Activity, Clock};
use elevenses::config::{Config, Secret};
use elevenses::error::Result;
use elevenses::features::blocker::model::{Blocker, Body, Hold, Kind, SeenBy};
use elevenses::features::coffee::model::{Answer, Coffee, Guest, Seat};
use elevenses::features::decision::model::{Decision, Details, Draft, Part, StandsAs, Status};
use elevenses::features::digest::edition::Edition;
use elevenses::features::digest::model::{About, Week};
use elevenses::features::digest::rates;
use elevenses::features::digest::read::Common;
use elevenses::features::organisation::model::{Holidays, Organisation};
use elevenses::features::setup::model::Partnership;
use elevenses::features::share::model::{Body as Words, Kind as Shared, Share, State};
use elevenses::features::squad::model::Squad;
use elevenses::features::{blocker, coffee, decision, organisation, setup, share, squad};
use elevenses::partnership::working_time::WorkingHours;
use elevenses::partnership::{ChannelId, NOBODY, OrganisationId, PartnershipId, SquadId, UserId};
use elevenses::picture;
use elevenses::schedule::Schedule;
use elevenses::storage::{Location, Store, Tx};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::AssertSqlSafe;

const HERE: PartnershipId = PartnershipId(1_400_000_000_000_000_000);
/// A Monday morning: digests are about the week before.
const NOW: &str = "2026-11-23T09:00:00Z";
const SQUADS: i64 = 500;
/// People of each squad, and of the one after the last.
const NINE: i64 = 9;
const LARGE: i64 = 200;
const ORGANISATIONS: i64 = 12;
const DAYS: u64 = 364;
const MINUTES: i64 = 364 * 1_440;
/// Of a squad in a year.
const BLOCKERS: i64 = 20;
const RELEASES: i64 = 156;
const DECISIONS: i64 = 2_000;
const COFFEES: i64 = 2_000;
const SHARES: i64 = 500;
/// How often one digest is made.
const TIMES: usize = 20;
/// Digests that the bot makes before it keeps them.
const TOGETHER: usize = 20;
const ZONES: [Tz; 5] =
    [Tz::Europe__London, Tz::Asia__Kolkata, Tz::Europe__Warsaw, Tz::America__New_York, Tz::Pacific__Auckland];

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, url] = &words[..]
        && mode == "fill"
    {
        return runtime.block_on(fill(url));
    }
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("bench.db").display());
    let filled = std::process::Command::new(std::env::current_exe()?).args(["fill", &url]).status()?;
    anyhow::ensure!(filled.success(), "the world could not be made");
    runtime.block_on(measure(&url))
}

fn now() -> DateTime<Utc> {
    NOW.parse().expect("an instant")
}

/// The squads' people, by the numbers of the squads.
fn squads() -> impl Iterator<Item = (i64, std::ops::RangeInclusive<i64>)> {
    let small = (1..=SQUADS).map(|id| (id, (id - 1) * NINE + 1..=id * NINE));
    small.chain([(SQUADS + 1, SQUADS * NINE + 1..=SQUADS * NINE + LARGE)])
}

/// Whoever leads a squad: its first.
fn lead(id: i64) -> UserId {
    UserId((id - 1) * NINE + 1)
}

fn organisation_of(person: i64) -> OrganisationId {
    OrganisationId(1 + person % ORGANISATIONS)
}

// ------------------------------------------------------------------------------------------------ the figures

async fn measure(url: &str) -> anyhow::Result<()> {
    let mut config = Config::default();
    url.clone_into(&mut config.database.url);
    // Nobody listens there, and nobody is asked.
    "http://127.0.0.1:9".clone_into(&mut config.discord.api);
    let app = App::open(config, &Secret::new("t"), Clock::driven(now()), Random::seeded(11)).await?;
    let week = Week::told_on(now().date_naive());
    println!(
        "digests of the week of {}: {SQUADS} squads of {NINE} and one of {LARGE}, with a year behind them",
        week.monday()
    );
    let before = peak();

    let begun = Instant::now();
    done(rates::fix(&app, HERE, week).await)?;
    println!("fixing what is told of check-ins, three weeks at once: {:.0?}", begun.elapsed());
    let (first, last) = (week.before().before().monday(), week.sunday());
    let sql =
        format!("SELECT COUNT(*) FROM checkin WHERE partnership = {HERE} AND date BETWEEN '{first}' AND '{last}'");
    count(&app, "the same rows counted by the database", sql).await?;

    let small = (1..=SQUADS).step_by(usize::try_from(SQUADS)? / TIMES).take(TIMES);
    one(&app, &format!("one digest, a squad of {NINE}"), small, week, 100).await?;
    one(&app, &format!("one digest, the squad of {LARGE}"), std::iter::repeat_n(SQUADS + 1, TIMES), week, 500).await?;
    all(&app, week).await?;

    match (before, peak()) {
        (Some(before), Some(after)) => {
            println!("memory at its peak: {after:.0} MB (≤ 100 MB), {before:.0} MB before the first digest");
        }
        _ => println!("memory: only Linux tells"),
    }
    app.store.close().await;
    Ok(())
}

fn done<T>(result: Result<T>) -> anyhow::Result<T> {
    result.map_err(|why| anyhow::anyhow!("{why}"))
}

/// Single digests, each from nothing: all is read, and drawn.
async fn one(app: &App, what: &str, squads: impl Iterator<Item = i64>, week: Week, limit: u32) -> anyhow::Result<()> {
    let (mut whole, mut reading, mut drawing, mut last) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for id in squads {
        let begun = Instant::now();
        let mut db = done(app.store.read().await)?;
        let mut common = done(Common::read(&mut db, HERE, now(), week).await)?;
        reading.push(begun.elapsed());
        let about = (About::Squad(SquadId(id)), week);
        let edition = done(Edition::make(&mut db, &mut common, about, lead(id), &[]).await)?;
        drop(db);
        let drawn = Instant::now();
        std::hint::black_box(done(edition.message(HERE))?);
        drawing.push(drawn.elapsed());
        whole.push(begun.elapsed());
        last = id;
    }
    for all in [&mut whole, &mut reading, &mut drawing] {
        all.sort_unstable();
    }
    println!(
        "{what}: p50 {:.1?}, p95 {:.1?} (≤ {limit} ms), of which what all digests share p50 {:.1?}, message and picture {:.1?}",
        at(&whole, 50),
        at(&whole, 95),
        at(&reading, 50),
        at(&drawing, 50)
    );
    let first = week.sunday() - Days::new(120);
    let sql = format!(
        "SELECT COUNT(*) FROM checkin_share s JOIN checkin c ON c.partnership = s.partnership AND c.person = s.person \
         AND c.date = s.date WHERE s.partnership = {HERE} AND s.squad = {last} AND s.date >= '{first}'"
    );
    count(app, "its check-ins of 120 days counted by the database", sql).await
}

/// All squads' digests, as the bot makes them on a Monday morning.
async fn all(app: &App, week: Week) -> anyhow::Result<()> {
    let (begun, worked) = (Instant::now(), processor());
    let mut db = done(app.store.read().await)?;
    let mut common = done(Common::read(&mut db, HERE, now(), week).await)?;
    let (mut ready, mut glances, mut bytes, mut making) = (Vec::new(), Vec::new(), 0, Duration::ZERO);
    for (id, _) in squads() {
        let from = Instant::now();
        let about = (About::Squad(SquadId(id)), week);
        let edition = done(Edition::make(&mut db, &mut common, about, lead(id), &[]).await)?;
        making += from.elapsed();
        let message = done(edition.message(HERE))?;
        bytes += message.files.iter().map(|file| file.bytes.len()).sum::<usize>();
        glances.extend(edition.glance.clone());
        ready.push((edition, message));
        if ready.len() == TOGETHER {
            ready.clear();
        }
    }
    let took = begun.elapsed();
    let busy = worked
        .zip(processor())
        .map_or_else(String::new, |(from, to)| format!(", {:.1?} of a processor", to.saturating_sub(from)));
    println!(
        "all {} digests with their pictures ({} KB each): {took:.1?} (≤ 20 s){busy}; making them without messages {making:.1?}",
        SQUADS + 1,
        bytes / 1_000 / glances.len()
    );
    let begun = Instant::now();
    for glance in &glances {
        std::hint::black_box(picture::png(&picture::week::week(glance))?);
    }
    println!("  reference, the {} pictures alone: {:.1?}", glances.len(), begun.elapsed());
    Ok(())
}

/// What the database takes by itself.
async fn count(app: &App, what: &str, sql: String) -> anyhow::Result<()> {
    let mut db = done(app.store.read().await)?;
    let begun = Instant::now();
    let (rows,): (i64,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *db).await?;
    println!("  reference, {what}: {rows} rows in {:.1?}", begun.elapsed());
    Ok(())
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// The resident set at its peak, in millions of bytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024.0 / 1e6)
}

/// What all threads have worked. Linux counts in hundredths of a second.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string(Path::new("/proc/self/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let ticks: Vec<u64> = rest.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    Some(Duration::from_millis(10 * ticks.iter().sum::<u64>()))
}

// -------------------------------------------------------------------------------------------------- the world

async fn fill(url: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    let store = Store::open(&Location::new(url), &Activity::default()).await?;
    store.migrate().await?;
    done(store.write(HERE, |tx| Box::pin(people(tx))).await)?;
    done(store.write(HERE, |tx| Box::pin(year(tx))).await)?;
    done(store.write(HERE, |tx| Box::pin(work(tx))).await)?;
    done(store.write(HERE, |tx| Box::pin(give(tx))).await)?;
    store.close().await;
    println!("the world was made in {:.1?}", begun.elapsed());
    Ok(())
}

/// Inserts of many rows each: a year has two million.
struct Bulk {
    into: &'static str,
    rows: Vec<String>,
}

impl Bulk {
    fn new(into: &'static str) -> Self {
        Self { into, rows: Vec::new() }
    }

    async fn add(&mut self, tx: &mut Tx, row: String) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == 500 { self.flush(tx).await } else { Ok(()) }
    }

    async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        if !self.rows.is_empty() {
            let sql =
                format!("INSERT INTO {} VALUES ({HERE}, {})", self.into, self.rows.join(&format!("), ({HERE}, ")));
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            self.rows.clear();
        }
        Ok(())
    }
}

/// Organisations, squads, and who is in them.
async fn people(tx: &mut Tx) -> Result<()> {
    let one = Partnership { name: "Bench".to_owned(), zone: Tz::Europe__London, admin: UserId(1), ready: true };
    setup::store::save(tx, HERE, &one, now()).await?;
    for (id, zone) in (1..=ORGANISATIONS).zip(ZONES.into_iter().cycle()) {
        let calendar = if id % 2 == 0 { Holidays::none() } else { Holidays::BuiltIn("england-and-wales".to_owned()) };
        let new = Organisation::new(format!("Organisation {id}"), format!("O{id}"), None, calendar);
        let hours = (id % 3 > 0).then(|| WorkingHours::usual(zone));
        organisation::store::save(tx, HERE, &Organisation { id: OrganisationId(id), hours, ..new }, now()).await?;
    }
    let mut members = Bulk::new("member (partnership, person, name, organisation, membership, contact, created_at)");
    let mut seats = Bulk::new("squad_member (partnership, squad, person, joined_at)");
    for ((id, people), zone) in squads().zip(ZONES.into_iter().cycle()) {
        let schedule = Schedule::parse("Mon-Fri 09:30")?;
        let new = Squad::new(&Config::default().squad, format!("Squad {id}"), ChannelId(id), lead(id), schedule, zone);
        squad::store::save(tx, HERE, &Squad { id: SquadId(id), ..new }, now()).await?;
        for person in people {
            let organisation = organisation_of(person);
            members.add(tx, format!("{person}, 'Person {person}', {organisation}, 'agreed', 'start', 0")).await?;
            seats.add(tx, format!("{id}, {person}, 0")).await?;
        }
    }
    members.flush(tx).await?;
    seats.flush(tx).await
}

/// A year of working days, as the bot keeps them.
async fn year(tx: &mut Tx) -> Result<()> {
    let mut random = StdRng::seed_from_u64(1);
    let mut dates = Bulk::new("checkin (partnership, person, date, state, prompted_at, answered_at)");
    let mut shared = Bulk::new("checkin_share (partnership, squad, date, person)");
    let mut away = Bulk::new("away (partnership, id, person, first_date, last_date, part, created_at)");
    let mut releases = Bulk::new("release (partnership, id, squad, person, what, released_at, created_at)");
    let first: NaiveDate = now().date_naive() - Days::new(DAYS);
    let days: Vec<NaiveDate> = (0..DAYS).map(|day| first + Days::new(day)).collect();
    let (mut stretches, mut out) = (0, 0);
    // By date, as they were written.
    for date in &days {
        let prompted = date.and_time("09:30:00".parse().unwrap_or_default()).and_utc().timestamp_millis();
        if date.weekday().num_days_from_monday() > 4 {
            continue;
        }
        for (squad, people) in squads() {
            for person in people {
                // Eight of a hundred days are free: then nothing is asked.
                let state = match random.random_range(0..100) {
                    0..8 => continue,
                    8..78 => "answered",
                    78..86 => "nothing_new",
                    86..95 => "open",
                    95..98 => "skipped",
                    _ => "day_off",
                };
                let answered = state == "answered" || state == "nothing_new";
                let at = if state == "open" { "NULL".to_owned() } else { (prompted + 600_000).to_string() };
                dates.add(tx, format!("{person}, '{date}', '{state}', {prompted}, {at}")).await?;
                if answered {
                    shared.add(tx, format!("{squad}, '{date}', {person}")).await?;
                }
            }
        }
    }
    for (squad, people) in squads() {
        for person in people {
            for _ in 0..8 {
                stretches += 1;
                let date = days[random.random_range(0..days.len())];
                let (last, part) = (date + Days::new(random.random_range(0..5)), "day");
                away.add(tx, format!("{stretches}, {person}, '{date}', '{last}', '{part}', 0")).await?;
            }
        }
        for _ in 0..RELEASES {
            out += 1;
            let at = past(&mut random, 364).timestamp_millis();
            releases.add(tx, format!("{out}, {squad}, {}, 'Release {out}', {at}, {at}", lead(squad))).await?;
        }
    }
    for bulk in [&mut dates, &mut shared, &mut away, &mut releases] {
        bulk.flush(tx).await?;
    }
    Ok(())
}

/// An instant of the last days.
fn past(random: &mut StdRng, days: i64) -> DateTime<Utc> {
    now() - TimeDelta::minutes(random.random_range(0..days * 1_440))
}

fn text(words: usize) -> String {
    ["what", "the", "partners", "agreed", "on", "Tuesday"].into_iter().cycle().take(words).collect::<Vec<_>>().join(" ")
}

/// Blockers and decisions.
async fn work(tx: &mut Tx) -> Result<()> {
    let mut random = StdRng::seed_from_u64(2);
    let mut id = 0;
    for (squad, _) in squads() {
        for at in 0..BLOCKERS {
            id += 1;
            // Two of them are open, and waited on for two months at most.
            let resolved = at > 1;
            let raised_at = past(&mut random, if resolved { 364 } else { 60 });
            let (author, asked) = (lead(squad), OrganisationId(random.random_range(1..=ORGANISATIONS)));
            let hold = Hold { from: raised_at, until: raised_at + TimeDelta::days(14), why: text(8) };
            let changed_at = now().min(raised_at + TimeDelta::hours(random.random_range(1..400)));
            let says = Body {
                title: text(8),
                needed: text(40),
                asked_at: Some(raised_at),
                told_at: Some(raised_at),
                answered_at: random.random_bool(0.7).then_some(changed_at),
                holds: if id % 5 == 0 { vec![hold] } else { Vec::new() },
                resolved_at: resolved.then_some(changed_at),
                ..Body::default()
            };
            let one = Blocker {
                id,
                number: Some(id),
                squad: SquadId(squad),
                author,
                owner: author,
                their_owner: NOBODY,
                their_person: NOBODY,
                kind: Kind::ALL[random.random_range(0..6)],
                seen_by: if id % 3 == 0 { SeenBy::Everybody } else { SeenBy::Squad },
                resolved,
                waits: Some(organisation_of(author.0)),
                asked: Some(asked),
                says,
                raised_at,
                changed_at,
            };
            blocker::store::save(tx, HERE, &one).await?;
        }
    }
    for number in 1..=DECISIONS {
        let recorded_at = now() - TimeDelta::minutes(MINUTES * (DECISIONS - number + 1) / DECISIONS);
        let owner = lead(1 + number % SQUADS);
        let details = Details { context: text(40), why: text(30), ..Details::default() };
        let parts = (1..=3).map(|part| (OrganisationId(1 + (number + part) % ORGANISATIONS), Part::Decides)).collect();
        let stands_as = match DECISIONS - number {
            0 => Some(StandsAs::Vision),
            1 => Some(StandsAs::ProblemStatement),
            _ => None,
        };
        let mut status = [Status::Agreed, Status::Agreed, Status::Superseded, Status::Retired, Status::Proposed]
            [random.random_range(0..5)];
        if stands_as.is_some() {
            status = Status::Agreed;
        }
        let says = Draft {
            title: text(8),
            decision: text(30),
            details,
            parts,
            review_on: Some((recorded_at + TimeDelta::days(180)).date_naive()),
            stands_as,
            ..Draft::of(owner)
        };
        let one = Decision {
            number,
            version: 1,
            status,
            says,
            superseded_by: Vec::new(),
            recorded_by: owner,
            recorded_at,
            changed_at: recorded_at,
            asked: 0,
        };
        decision::store::save(tx, HERE, &one, owner, "recorded").await?;
    }
    Ok(())
}

/// Coffees and shares, and where all of that stands on Discord.
async fn give(tx: &mut Tx) -> Result<()> {
    let mut random = StdRng::seed_from_u64(3);
    for person in 1..=1_000 {
        coffee::store::save_guest(tx, HERE, &Guest::new(UserId(person), now())).await?;
    }
    for number in 1..=COFFEES {
        let made_at = past(&mut random, 364);
        let mut seats: Vec<Seat> = (0..2).map(|_| Seat::new(UserId(random.random_range(1..=1_000)))).collect();
        for seat in &mut seats {
            let said_at = now().min(made_at + TimeDelta::days(3));
            seat.say(if number % 4 > 0 { Answer::Met } else { Answer::Not }, said_at);
        }
        let (channel, round) = (ChannelId(1), Some(number / 80 + 1));
        let one = Coffee { number, round, channel, prompt: 1, made_at, meets_at: None, over: true, seats };
        coffee::store::save(tx, HERE, &one).await?;
    }
    let kinds = [Shared::Success, Shared::Generosity, Shared::Lesson, Shared::Term, Shared::Offer, Shared::Need];
    for number in 1..=SHARES {
        let shared_at = past(&mut random, 364);
        let one = Share {
            number,
            kind: *kinds.choose(&mut random).unwrap_or(&Shared::Success),
            state: State::Open,
            person: lead(1 + number % SQUADS),
            organisation: Some(OrganisationId(1 + number % ORGANISATIONS)),
            says: Words { title: text(6), words: text(60), ..Words::default() },
            shared_at,
            changed_at: shared_at,
        };
        share::store::save(tx, HERE, &one).await?;
    }
    for (kind, column, table) in
        [("blocker", "id", "blocker"), ("decision", "number", "decision"), ("share", "number", "share")]
    {
        let sql = format!(
            "INSERT INTO panel (partnership, panel, channel, nonce, message, wanted, shown, state) \
             SELECT partnership, '{kind}:' || {column}, 1, {column}, 1000000 + {column}, 1, 1, 'live' FROM {table}"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut **tx).await?;
    }
    Ok(())
}
