//! The schema, step by step. A step that has been released is never edited.

use std::borrow::Cow;
use std::collections::BTreeSet;

use anyhow::Context;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::{Db, Engine};

/// Version, name and SQL of each step; portable SQL that runs on both engines.
const STEPS: &[(i64, &str, &str)] = &[
    (20_261_122_090_000, "create partnership", include_str!("../../migrations/20261122090000_create_partnership.sql")),
    (
        20_261_122_090_100,
        "create schedule and outbox",
        include_str!("../../migrations/20261122090100_create_schedule_and_outbox.sql"),
    ),
    (
        20_261_122_090_200,
        "create organisation",
        include_str!("../../migrations/20261122090200_create_organisation.sql"),
    ),
    (20_261_122_090_300, "create squad", include_str!("../../migrations/20261122090300_create_squad.sql")),
    (20_261_122_090_400, "create checkin", include_str!("../../migrations/20261122090400_create_checkin.sql")),
    (20_261_122_100_000, "create pace", include_str!("../../migrations/20261122100000_create_pace.sql")),
    (20_261_122_100_100, "create rest", include_str!("../../migrations/20261122100100_create_rest.sql")),
    (20_261_122_100_200, "create cover", include_str!("../../migrations/20261122100200_create_cover.sql")),
    (20_261_122_100_300, "create rota", include_str!("../../migrations/20261122100300_create_rota.sql")),
    (20_261_122_100_400, "create release", include_str!("../../migrations/20261122100400_create_release.sql")),
    (20_261_122_110_000, "create decision", include_str!("../../migrations/20261122110000_create_decision.sql")),
    (
        20_261_122_110_300,
        "create conversation",
        include_str!("../../migrations/20261122110300_create_conversation.sql"),
    ),
    (20_261_122_110_500, "create pulse", include_str!("../../migrations/20261122110500_create_pulse.sql")),
    (20_261_122_120_000, "reach organisation", include_str!("../../migrations/20261122120000_reach_organisation.sql")),
    (20_261_122_120_100, "create blocker", include_str!("../../migrations/20261122120100_create_blocker.sql")),
    (20_261_122_120_400, "create webhook", include_str!("../../migrations/20261122120400_create_webhook.sql")),
    (20_261_122_120_500, "plan release", include_str!("../../migrations/20261122120500_plan_release.sql")),
    (20_261_123_090_000, "create share", include_str!("../../migrations/20261123090000_create_share.sql")),
    (20_261_124_090_000, "create coffee", include_str!("../../migrations/20261124090000_create_coffee.sql")),
    (20_261_125_090_000, "create digest", include_str!("../../migrations/20261125090000_create_digest.sql")),
    (
        20_261_130_090_000,
        "read blockers by change",
        include_str!("../../migrations/20261130090000_read_blockers_by_change.sql"),
    ),
];

/// The steps of one engine alone.
const OWN_STEPS: &[(Engine, i64, &str, &str)] = &[
    (
        Engine::Sqlite,
        20_261_122_110_100,
        "create search",
        include_str!("../../migrations/sqlite/20261122110100_create_search.sql"),
    ),
    (
        Engine::Postgres,
        20_261_122_110_200,
        "create search",
        include_str!("../../migrations/postgres/20261122110200_create_search.sql"),
    ),
    (
        Engine::Postgres,
        20_261_122_110_400,
        "create seal key",
        include_str!("../../migrations/postgres/20261122110400_create_seal_key.sql"),
    ),
];

/// Version, name and SQL of an engine's steps, in their order.
fn steps(engine: Engine) -> Vec<(i64, &'static str, &'static str)> {
    let own = OWN_STEPS.iter().filter(|step| step.0 == engine).map(|(_, version, name, sql)| (*version, *name, *sql));
    let mut steps: Vec<_> = STEPS.iter().copied().chain(own).collect();
    steps.sort_by_key(|step| step.0);
    steps
}

/// What of the schema a database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing at all.
    Empty,
    /// So many steps are missing.
    Behind(usize),
    /// All of it.
    Current,
}

/// What of the schema is there.
pub(super) async fn state(db: &mut Db, engine: Engine) -> anyhow::Result<State> {
    let table = match engine {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
        Engine::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'"
        }
    };
    let (tables,): (i64,) = sqlx::query_as(table).fetch_one(&mut *db).await.context("The database can't be read")?;
    if tables == 0 {
        return Ok(State::Empty);
    }
    let applied: Vec<(i64,)> = sqlx::query_as("SELECT version FROM _sqlx_migrations").fetch_all(db).await?;
    let known: BTreeSet<i64> = steps(engine).iter().map(|step| step.0).collect();
    let newest = applied.iter().map(|row| row.0).find(|version| !known.contains(version));
    if let Some(version) = newest {
        anyhow::bail!(
            "The database was made by a newer Elevenses (it has step {version}). Start that version, or restore a backup; nothing was changed."
        );
    }
    Ok(match known.len() - applied.len().min(known.len()) {
        0 => State::Current,
        missing if missing == known.len() => State::Empty,
        missing => State::Behind(missing),
    })
}

/// Applies what is missing.
pub(super) async fn apply(db: &mut Db, engine: Engine) -> anyhow::Result<()> {
    // Says so kindly when the database is newer.
    state(db, engine).await?;
    let steps = steps(engine).into_iter().map(|(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect()).run(db).await.context("The database can't be brought up to date")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The migrations in a folder, such as `20261122090000_create_partnership.sql`.
    fn files(folder: &str) -> BTreeSet<String> {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).join(folder);
        let names = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"));
        names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "sql")).collect()
    }

    #[test]
    fn every_file_is_a_step_of_its_engines() {
        for (engine, own) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/").to_owned() + own;
            let own = if Path::new(&folder).exists() { files(own) } else { BTreeSet::new() };
            let named = |(version, name, _): &(i64, &str, &str)| format!("{version}_{}.sql", name.replace(' ', "_"));
            let steps: Vec<String> = steps(engine).iter().map(named).collect();
            assert_eq!(steps, files("").union(&own).cloned().collect::<Vec<_>>());
        }
    }
}
