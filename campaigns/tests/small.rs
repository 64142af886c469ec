//! Every campaign and every control, small. How long things take is no matter here: other tests run beside it.

use campaigns::{CAMPAIGNS, Campaign, Engine, Order, find};

async fn run(engine: Engine, campaigns: &[&Campaign]) {
    for campaign in campaigns {
        for control in [false, true] {
            let order = Order { seed: 7, count: campaign.small, engine, control };
            let report = campaign.run(order).await.unwrap_or_else(|error| panic!("{}: {error:#}", campaign.name));
            let well = if control { report.is_caught() } else { report.holds() };
            assert!(well, "{} on {}, control: {control}\n{report}", campaign.name, engine.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_holds_on_sqlite_and_every_control_is_caught() {
    run(Engine::Sqlite, &CAMPAIGNS.iter().collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_holds_on_postgres_and_every_control_is_caught() {
    if std::env::var("TEST_POSTGRES_URL").is_err() {
        return eprintln!("campaigns on PostgreSQL are skipped: TEST_POSTGRES_URL is not set");
    }
    // Those in which the database has a part.
    let some =
        ["lost-responses", "write-stalls", "repeated-events", "webhooks"].map(|name| find(name).expect("a campaign"));
    run(Engine::Postgres, &some).await;
}
