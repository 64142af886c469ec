//! Every campaign and every control, small.

use campaigns::{CAMPAIGNS, Engine, Order};

async fn all(engine: Engine) {
    for campaign in CAMPAIGNS {
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
    all(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_holds_on_postgres_and_every_control_is_caught() {
    if std::env::var("TEST_POSTGRES_URL").is_err() {
        return eprintln!("campaigns on PostgreSQL are skipped: TEST_POSTGRES_URL is not set");
    }
    all(Engine::Postgres).await;
}
