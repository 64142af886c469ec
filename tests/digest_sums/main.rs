//! Sums recomputed independently from raw tables equal the digest's, on 200 random worlds around a change of clocks.
//!
//! A world is a partnership; all of them share a database and the numbers of their people, squads and records. What
//! happened is kept as the bot keeps it ([`worlds`]); then the rows are read with plain SQL and added up with arithmetic
//! of its own ([`rows`]): a week is from one local midnight to another, as chrono-tz tells them.

mod rows;
mod worlds;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use elevenses::app::Random;
use elevenses::clock::Activity;
use elevenses::features::digest::model::{Figures, Measure, Rate, Week};
use elevenses::features::digest::read::Common;
use elevenses::partnership::{OrganisationId, SquadId, UserId};
use elevenses::storage::{Location, Store};
use sqlx::AssertSqlSafe;

use rows::{Rows, Squad, Sums, Told};
use worlds::{Maker, fill};

const WORLDS: u64 = 200;
/// In so many worlds there is something to count for each measure, at least.
const TELLING: usize = 80;

/// The first Monday of the worlds.
fn first() -> NaiveDate {
    "2026-03-09".parse().expect("a date")
}

fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    zone.from_local_datetime(&date.and_time(NaiveTime::MIN)).single().expect("no clock changes at midnight").to_utc()
}

#[tokio::test]
async fn sums_are_those_of_the_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    all_worlds(&format!("sqlite:{}", folder.path().join("sums.db").display())).await;
}

#[tokio::test]
async fn sums_are_those_of_the_rows_on_postgres() {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        return eprintln!("PostgreSQL is skipped: TEST_POSTGRES_URL is not set.");
    };
    sqlx::any::install_default_drivers();
    // It goes with the server.
    let name = format!("sums_{}", Random::from_system().id());
    let pool = sqlx::AnyPool::connect(&server).await.expect("the test server answers");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.expect("made");
    pool.close().await;
    let (base, _) = server.rsplit_once('/').expect("a database in the address");
    all_worlds(&format!("{base}/{name}")).await;
}

async fn all_worlds(url: &str) {
    let store = Store::open(&Location::new(url), &Activity::default()).await.expect("opened");
    store.migrate().await.expect("migrated");
    for world in 0..WORLDS {
        let maker = Maker::new(world);
        let filled = store.write(maker.here, move |tx| Box::pin(fill(tx, maker)));
        filled.await.unwrap_or_else(|why| panic!("world {world}: {why}"));
    }
    let (mut telling, mut by_other_weeks) = (BTreeMap::new(), 0);
    for world in 0..WORLDS {
        let seen = compare(&store, world).await;
        for (measure, _) in seen.sums.iter().filter(|(_, sum)| **sum > 0) {
            *telling.entry(*measure).or_insert(0_usize) += 1;
        }
        by_other_weeks += usize::from(seen.by_other_weeks);
    }
    store.close().await;
    for measure in Measure::ALL {
        let worlds = telling.get(measure.id()).copied().unwrap_or_default();
        assert!(worlds >= TELLING, "{}: counted in {worlds} worlds alone", measure.id());
    }
    // Whoever takes weeks to begin at midnight in UTC is found out.
    assert!(by_other_weeks >= TELLING, "{by_other_weeks}");
}

/// What was seen of a world.
#[derive(Default)]
struct Seen {
    /// The largest figure of each measure.
    sums: Sums,
    /// Whether there is a squad whose figures would be others if its weeks were those of UTC.
    by_other_weeks: bool,
}

impl Seen {
    fn same(&mut self, figures: &Figures, sums: &Sums, about: &str) {
        let figures: Sums = figures.iter().map(|(measure, figure)| (measure.id(), *figure)).collect();
        assert_eq!(figures, *sums, "the digest's, and the rows': {about}");
        for (measure, sum) in figures {
            let most = self.sums.entry(measure).or_default();
            *most = sum.max(*most);
        }
    }
}

/// A rate as an array.
fn told(rate: &Rate) -> Told {
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = rate.by_day;
    let (answered, asked, halves) = (rate.answered, rate.asked, rate.halves_off);
    [monday, tuesday, wednesday, thursday, friday, saturday, sunday, answered, asked, halves]
}

async fn compare(store: &Store, world: u64) -> Seen {
    let Maker { here, now, .. } = Maker::new(world);
    let mut db = store.read().await.expect("a connection");
    let rows = Rows::read(&mut db, here, now).await;
    let mut common = Common::read(&mut db, here, now, Week::of(first())).await.expect("read");
    let mut seen = Seen::default();
    let rates = |about: &str, rates: &BTreeMap<Week, Rate>, week: Week| {
        for week in [week, week.before(), week.before().before()] {
            let monday = week.monday();
            assert_eq!(
                rates.get(&week).map(told).as_ref(),
                rows.told(about, monday),
                "world {world}: {about}, {monday}"
            );
        }
    };
    for week in [first() + Days::new(7), first() + Days::new(21)].map(Week::of) {
        let both = [week, week.before()];
        for squad in &rows.squads {
            let about = format!("squad-{}", squad.id);
            let facts = common.squad(&mut db, SquadId(squad.id), week, UserId(1)).await.expect("read");
            rates(&about, &facts.rates, week);
            for week in both {
                let sums = rows.squad(*squad, week.monday());
                seen.same(&facts.figures(week), &sums, &format!("world {world}, {about}, {}", week.monday()));
                seen.by_other_weeks |= rows.squad(Squad { zone: Tz::UTC, ..*squad }, week.monday()) != sums;
            }
        }
        for (id, _) in &rows.organisations {
            let about = format!("organisation-{id}");
            let facts = common.people(&mut db, OrganisationId(*id), week, UserId(1)).await.expect("read");
            rates(&about, &facts.rates, week);
            for week in both {
                let sums = rows.organisation(*id, week.monday());
                seen.same(&facts.figures(week), &sums, &format!("world {world}, {about}, {}", week.monday()));
            }
        }
        let facts = common.whole(&mut db, week).await.expect("read");
        for week in both {
            let sums = rows.whole(week.monday());
            seen.same(&facts.figures(week), &sums, &format!("world {world}, partnership, {}", week.monday()));
        }
    }
    seen
}
