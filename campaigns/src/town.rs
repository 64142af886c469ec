//! Where campaigns take place: servers with people, in the simulated Discord and in the database.

use elevenses::error::Result;
use elevenses::partnership::PartnershipId;
use elevenses::storage::{Scope, Store, Tx};
use futures::FutureExt;
use simulator::{ChannelId, UserId, World};

/// What a squad asks.
pub(crate) const QUESTION: &str = "What did I finish?";

/// A server that the bot has been set up on.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Its row.
    pub(crate) id: PartnershipId,
    /// Its only channel.
    pub(crate) channel: ChannelId,
    /// Who hears of trouble.
    pub(crate) admin: UserId,
    /// Everybody else.
    pub(crate) people: Vec<UserId>,
}

impl Place {
    /// Adds servers with so many people each.
    pub(crate) fn found(world: &mut World, servers: usize, people: usize) -> Vec<Self> {
        let one = |number: usize| {
            let server = world.server(&format!("Server {number}"));
            let channel = world.channel(server, &format!("squad-{number}"));
            let admin = world.person(&format!("Admin {number}"));
            world.join(server, admin, &[]);
            world.admin(server, admin);
            let people = (0..people).map(|person| {
                let id = world.person(&format!("Person {number}.{person}"));
                world.join(server, id, &[]);
                id
            });
            Self { id: PartnershipId(stored(server.0)), channel, admin, people: people.collect() }
        };
        (0..servers).map(one).collect()
    }

    async fn save(&self, tx: &mut Tx, squad: bool) -> Result<()> {
        let sql = "INSERT INTO partnership (partnership, name, zone, admin, set_up_at, created_at) \
                   VALUES ($1, 'Partnership', 'UTC', $2, 1, 1)";
        sqlx::query(sql).bind(self.id.0).bind(stored(self.admin.0)).execute(&mut **tx).await?;
        if !squad {
            return Ok(());
        }
        let sql = "INSERT INTO squad (partnership, id, name, channel, lead, zone, schedule, working_days, questions, \
                   closes_at, reminders, created_at) VALUES ($1, 1, 'Squad', $2, $3, 'UTC', 'daily 09:30', 'Mon-Sun', \
                   $4, '23:59', 0, 1)";
        sqlx::query(sql)
            .bind(self.id.0)
            .bind(stored(self.channel.0))
            .bind(stored(self.admin.0))
            .bind(serde_json::to_string(&[QUESTION])?)
            .execute(&mut **tx)
            .await?;
        for person in &self.people {
            let sql = "INSERT INTO member (partnership, person, name, membership, contact, created_at) \
                       VALUES ($1, $2, $3, 'none', 'start', 1)";
            let name = format!("Person {}", person.0);
            sqlx::query(sql).bind(self.id.0).bind(stored(person.0)).bind(name).execute(&mut **tx).await?;
            let sql = "INSERT INTO squad_member (partnership, squad, person, joined_at) VALUES ($1, 1, $2, 1)";
            sqlx::query(sql).bind(self.id.0).bind(stored(person.0)).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

/// Writes places into a database, with a squad of everybody in each if wished.
pub(crate) async fn save(store: &Store, places: &[Place], squads: bool) -> anyhow::Result<()> {
    let places = places.to_vec();
    let saved = store.write(Scope::Any, move |tx| {
        async move {
            for place in &places {
                place.save(tx, squads).await?;
            }
            Ok(())
        }
        .boxed()
    });
    saved.await.map_err(anyhow::Error::msg)
}

/// An id as the database keeps it.
pub(crate) fn stored(id: u64) -> i64 {
    i64::try_from(id).unwrap_or_default()
}
