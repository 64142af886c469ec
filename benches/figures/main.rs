//! What a person waits for, in figures, each beside a reference from the same run.
//!
//! `cargo bench` prints all of them and `cargo bench -- answers saved ready morning webhooks` those that are
//! named. With `TEST_POSTGRES_URL` they are measured on PostgreSQL as well, in databases of their
//! own. `FIGURES_DELIVER=10000` delivers the whole morning in place of the first 500 messages.
//!
//! The bot is a process of its own, as it ships, except where a figure is about a part of it.

mod answers;
mod bare;
mod bot;
mod database;
mod morning;
mod partnership;
mod ready;
mod saved;
mod table;
mod webhooks;

use table::Table;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `cargo bench` adds flags for a harness that isn't here.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if let [mode, url, token] = &words[..]
        && mode == bare::MODE
    {
        return bare::run(url, token).await;
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut table = Table::new();
    if wanted("answers") {
        answers::measure(&mut table).await?;
    }
    if wanted("ready") {
        ready::measure(&mut table).await?;
    }
    for engine in database::Engine::present() {
        if wanted("saved") {
            saved::measure(engine, &mut table).await?;
        }
        if wanted("morning") {
            morning::measure(engine, &mut table).await?;
        }
        if wanted("webhooks") {
            webhooks::measure(engine, &mut table).await?;
        }
    }
    table.print();
    Ok(())
}
