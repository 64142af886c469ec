//! Where the campaign takes place: servers with one squad each, at about noon of their zone.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Timelike, Utc};
use futures::future::join_all;
use simulator::{Actor, ChannelId, Refused, Reply, Simulator, UserId, World};
use tokio::time::sleep;

/// A server with its squad.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) channel: ChannelId,
    /// The name of the squad, and of its channel.
    pub(crate) squad: String,
    pub(crate) admin: UserId,
    pub(crate) people: Vec<(UserId, String)>,
}

/// All of it.
pub(crate) struct Town {
    pub(crate) places: Vec<Place>,
    zone: String,
    offset: TimeDelta,
}

impl Town {
    /// Builds it into a world.
    pub(crate) fn build(world: &mut World, now: DateTime<Utc>, squads: usize, people: usize) -> Self {
        let places = (0..squads).map(|number| {
            let server = world.server(&format!("Server {number}"));
            let squad = format!("squad-{number}");
            let channel = world.channel(server, &squad);
            let admin = world.person(&format!("Admin{number}"));
            world.join(server, admin, &[]);
            world.admin(server, admin);
            let people = (0..people).map(|person| {
                let name = format!("S{number}P{person}");
                let id = world.person(&name);
                world.join(server, id, &[]);
                (id, name)
            });
            let people = people.collect();
            Place { channel, squad, admin, people }
        });
        let places = places.collect();
        // Noon, so that the date doesn't change on the way and nobody is asleep. The signs of these
        // zones are the wrong way round.
        let hours = 12 - i64::from(now.hour());
        let zone = match hours {
            0 => "Etc/UTC".to_owned(),
            1.. => format!("Etc/GMT-{hours}"),
            _ => format!("Etc/GMT+{}", -hours),
        };
        Self { places, zone, offset: TimeDelta::hours(hours) }
    }

    /// The date in the squads' zone.
    pub(crate) fn date(&self, now: DateTime<Utc>) -> NaiveDate {
        (now + self.offset).date_naive()
    }

    /// Sets all squads up, as their people would; they are asked late in the evening at first.
    pub(crate) async fn set_up(&self, sim: &Simulator) {
        for some in self.places.chunks(4) {
            join_all(some.iter().map(|place| self.set_up_one(sim, place))).await;
        }
    }

    async fn set_up_one(&self, sim: &Simulator, place: &Place) {
        let admin = sim.person(place.admin);
        admin.goes_to(&place.squad).expect("there");
        must(|| admin.runs("/setup")).await;
        must(|| admin.clicks("No roles yet")).await;
        let home = [place.squad.as_str()];
        must(|| admin.selects("Which channel is the first squad's?", &home)).await;
        must(|| admin.clicks("When to ask…")).await;
        let form = [
            ("When? Plain words", "0 23 * * *"),
            ("The squad's time zone", &self.zone),
            ("The squad's name", &place.squad),
        ];
        must(|| admin.fills(&form)).await;
        must(|| admin.clicks("Create")).await;
        join_all(place.people.iter().map(|(id, _)| self::join(sim.person(*id), &place.squad))).await;
    }

    /// The squad is asked in one to two seconds.
    pub(crate) async fn ask_soon(&self, sim: &Simulator, place: &Place) -> DateTime<Utc> {
        let admin = sim.person(place.admin);
        admin.goes_to(&place.squad).expect("there");
        let at = (sim.clock().now() + TimeDelta::milliseconds(1_900)).trunc_subsecs(0);
        let local = at + self.offset;
        let line = format!("/squad edit schedule:{} {} {} * * *", local.second(), local.minute(), local.hour());
        let reply = must(|| admin.runs(&line)).await;
        assert!(reply.text().contains("Its times have changed"), "{}", reply.text());
        at
    }
}

async fn join(person: Actor, channel: &str) {
    person.goes_to(channel).expect("there");
    must(|| person.runs("/squad join")).await;
    must(|| person.runs("/checkin now")).await;
    must(|| person.clicks("Start")).await;
}

/// Does what has to work while nobody is being killed. A machine under load may be slow for once: an
/// answer that was put off shows its buttons a little later.
async fn must<F: Future<Output = Result<Reply, Refused>>>(act: impl Fn() -> F) -> Reply {
    for _ in 0..20 {
        match act().await {
            Ok(reply) => return reply,
            Err(Refused::NoAnswer | Refused::NotThere(_)) => sleep(Duration::from_millis(500)).await,
            Err(refused) => panic!("{refused}"),
        }
    }
    panic!("the bot does not answer")
}
