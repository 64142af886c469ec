//! Servers full of people in squads, in the simulated Discord and in the bot's database.

use std::time::Duration;

use elevenses::error::Result;
use elevenses::storage::{Scope, Store, Tx};
use simulator::{ChannelId, Simulator, UserId, World};

/// What a squad asks; the last one is kept until it is cleared.
pub(crate) const QUESTIONS: [&str; 3] = ["What did I finish?", "What is next?", "What is in the way?"];

/// A server with the bot, its squads, and nobody else but its owner.
#[derive(Clone)]
pub(crate) struct Partnership {
    /// The server's id.
    pub(crate) id: i64,
    /// Each with a channel of its own.
    pub(crate) squads: Vec<Squad>,
}

/// A squad.
#[derive(Clone)]
pub(crate) struct Squad {
    channel: ChannelId,
    /// Who is in it, and in no other.
    pub(crate) people: Vec<UserId>,
}

impl Partnership {
    /// Adds a server with so many squads of so many people each.
    pub(crate) fn found(world: &mut World, squads: usize, people: usize) -> Self {
        let server = world.server("Partnership");
        let squads = (1..=squads).map(|squad| {
            let channel = world.channel(server, &format!("squad-{squad}"));
            let people = (1..=people).map(|number| {
                let person = world.person(&format!("Person {squad}.{number}"));
                world.join(server, person, &[]);
                person
            });
            Squad { channel, people: people.collect() }
        });
        let squads = squads.collect();
        Self { id: stored(server.0), squads }
    }

    /// Everybody.
    pub(crate) fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        self.squads.iter().flat_map(|squad| squad.people.iter().copied())
    }

    async fn save(&self, tx: &mut Tx) -> Result<()> {
        let sql = "INSERT INTO partnership (partnership, name, zone, admin, set_up_at, created_at) \
                   VALUES ($1, 'Partnership', 'UTC', 1, 1, 1)";
        sqlx::query(sql).bind(self.id).execute(&mut **tx).await?;
        let questions = serde_json::to_string(&QUESTIONS)?;
        for (id, squad) in (1_i64..).zip(&self.squads) {
            let sql = "INSERT INTO squad (partnership, id, name, channel, lead, zone, schedule, working_days, questions, \
                       closes_at, reminders, created_at) VALUES ($1, $2, $3, $4, $5, 'UTC', 'daily 09:30', 'Mon-Sun', \
                       $6, '23:59', 1, 1)";
            let lead = squad.people.first().map_or(0, |lead| stored(lead.0));
            sqlx::query(sql)
                .bind(self.id)
                .bind(id)
                .bind(format!("Squad {id}"))
                .bind(stored(squad.channel.0))
                .bind(lead)
                .bind(questions.as_str())
                .execute(&mut **tx)
                .await?;
            for person in &squad.people {
                let sql = "INSERT INTO member (partnership, person, name, membership, contact, created_at) \
                           VALUES ($1, $2, $3, 'none', 'start', 1)";
                let name = format!("Person {}", person.0);
                sqlx::query(sql).bind(self.id).bind(stored(person.0)).bind(name).execute(&mut **tx).await?;
                let sql = "INSERT INTO squad_member (partnership, squad, person, joined_at) VALUES ($1, $2, $3, 1)";
                sqlx::query(sql).bind(self.id).bind(id).bind(stored(person.0)).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }
}

/// Writes partnerships into a database.
pub(crate) async fn save(store: &Store, partnerships: &[Partnership]) -> anyhow::Result<()> {
    let partnerships = partnerships.to_vec();
    let saved = store.write(Scope::Any, move |tx| {
        Box::pin(async move {
            for one in &partnerships {
                one.save(tx).await?;
            }
            Ok(())
        })
    });
    saved.await.map_err(anyhow::Error::msg)
}

/// Waits until nobody asks anything of the simulated Discord for a while.
pub(crate) async fn quiet(sim: &Simulator) {
    let mut last = (sim.epoch(), 0);
    while last.1 < 8 {
        tokio::time::sleep(Duration::from_millis(4)).await;
        let epoch = sim.epoch();
        last = (epoch, if epoch == last.0 && sim.http_in_flight() == 0 { last.1 + 1 } else { 0 });
    }
}

/// An id as the database keeps it.
pub(crate) fn stored(id: u64) -> i64 {
    i64::try_from(id).unwrap_or_default()
}
