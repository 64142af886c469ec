//! What stories about keys and keepers need: who looks after whom, a second server, and what no
//! client would send.

use std::path::PathBuf;

use elevenses::partnership::{PartnershipId, Pointer};
use serde_json::{Value, json};
use simulator::{Actor, ChannelId, InteractionKind, Reply, Seen, ServerId, permission};

use crate::harness::Story;

/// A second server, with an admin of its own, who is on the first one too.
pub(crate) const ELSEWHERE: &str = "Far Lab";

/// Fails unless an answer has all these words.
#[track_caller]
pub(crate) fn reads(reply: &Reply, words: &[&str]) {
    contains(&reply.text(), words);
}

/// Fails unless a text has all these words.
#[track_caller]
pub(crate) fn contains(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "“{words}” isn't in: {text}");
    }
}

/// Fails if a text has any of these words.
#[track_caller]
pub(crate) fn lacks(text: &str, words: &[&str]) {
    for words in words {
        assert!(!text.contains(words), "“{words}” is in: {text}");
    }
}

/// The labels of the buttons on an answer.
pub(crate) fn buttons(reply: &Reply) -> Vec<String> {
    let buttons = reply.message.iter().flat_map(|seen| &seen.buttons);
    buttons.map(|button| button.label.clone()).collect()
}

impl Story {
    /// A server's id.
    pub(crate) fn server(&self, name: &str) -> ServerId {
        let id =
            self.stage.sim.read(|world| world.servers.values().find(|server| server.name == name).map(|one| one.id));
        id.expect("a server of that name")
    }

    /// The id of a channel of the first server.
    pub(crate) fn channel(&self, name: &str) -> ChannelId {
        let server = self.server("Home Testing");
        let id = self.stage.sim.read(|world| {
            let mut channels = world.channels.values();
            channels.find(|channel| channel.server == Some(server) && channel.name == name).map(|one| one.id)
        });
        id.expect("a channel of that name")
    }

    /// The first server, as the bot knows it.
    pub(crate) fn partnership(&self) -> PartnershipId {
        PartnershipId(i64::try_from(self.server("Home Testing").0).expect("a snowflake"))
    }

    /// The id of a component that points into the first server's data.
    pub(crate) fn pointer(&self, action: &str, row: &str) -> String {
        Pointer::new(action, self.partnership(), row).to_string()
    }

    /// Somebody clicks, in a channel of the first server, what no message shows them.
    pub(crate) async fn forges(&self, who: &Actor, action: &str, row: &str) -> Reply {
        self.forges_in(who, self.channel("random"), &self.pointer(action, row)).await
    }

    /// The same in another channel, with any id.
    pub(crate) async fn forges_in(&self, who: &Actor, channel: ChannelId, id: &str) -> Reply {
        let data = json!({"custom_id": id, "component_type": 2});
        self.sends(who, channel, InteractionKind::Component, data).await
    }

    /// Somebody picks, in a channel of the first server, what no select offers them.
    pub(crate) async fn forges_pick(&self, who: &Actor, action: &str, row: &str, kind: u64, picks: &[&str]) -> Reply {
        let data = json!({"custom_id": self.pointer(action, row), "component_type": kind, "values": picks});
        self.sends(who, self.channel("random"), InteractionKind::Component, data).await
    }

    /// Somebody sends a form that was never opened.
    pub(crate) async fn forges_form(&self, who: &Actor, action: &str, row: &str, fields: &[(&str, &str)]) -> Reply {
        let rows: Vec<Value> = fields
            .iter()
            .map(|(name, text)| json!({"type": 1, "components": [{"type": 4, "custom_id": name, "value": text}]}))
            .collect();
        let data = json!({"custom_id": self.pointer(action, row), "components": rows});
        self.sends(who, self.channel("random"), InteractionKind::Modal, data).await
    }

    /// Somebody sends a command that their client hides.
    pub(crate) async fn forges_command(&self, who: &Actor, name: &str, options: Value) -> Reply {
        let data = match name.split_once(' ') {
            Some((first, rest)) => json!({"id": "1", "name": first, "type": 1,
                "options": [{"name": rest, "type": 1, "options": options}]}),
            None => json!({"id": "1", "name": name, "type": 1, "options": options}),
        };
        self.sends(who, self.channel("random"), InteractionKind::Command, data).await
    }

    async fn sends(&self, who: &Actor, channel: ChannelId, kind: InteractionKind, data: Value) -> Reply {
        let reply = self.stage.sim.interact_raw(who.id(), channel, kind, None, data).await.expect("an answer");
        self.settled().await;
        reply
    }

    /// Ann asks somebody to be steward or contact, and they accept from the list.
    pub(crate) async fn appoint(&self, name: &str, job: &str, organisation: &str) {
        let ann = self.person("Ann");
        ann.goes_to("random").expect("there");
        self.run(&ann, &format!("/organisation edit organisation:{organisation} {job}:@{name}")).await;
        let person = self.person(name);
        person.goes_to("random").expect("there");
        let list = self.run(&person, "/organisation list").await;
        let accept = buttons(&list).into_iter().find(|label| label.starts_with("Accept")).expect("asked");
        person.clicks(&accept).await.expect("accepted");
        self.settled().await;
    }

    /// Ann makes a second squad, Lab in #lab, and Ben leads it.
    pub(crate) async fn second_squad(&self) {
        let ann = self.person("Ann");
        ann.goes_to("random").expect("there");
        let made = self.run(&ann, "/squad create name:Lab channel:#lab zone:Europe/London lead:@Ben").await;
        contains(&made.text(), &["**Lab** is there"]);
        self.settled().await;
    }

    /// A second server that the bot has joined: Zed runs it and Ben is on it. It has #bench.
    pub(crate) async fn elsewhere(&self) -> ChannelId {
        let sim = &self.stage.sim;
        let server = sim.add_server(ELSEWHERE);
        let admins = sim.add_role(server, "Admin", permission::MANAGE_GUILD);
        sim.join(server, sim.bot_user_id(), &[]);
        let zed = sim.add_person("Zed");
        sim.join(server, zed, &[admins]);
        sim.join(server, self.person("Ben").id(), &[]);
        let bench = sim.add_channel(server, "bench");
        self.settled().await;
        bench
    }

    /// Zed sets the second server up: the squad Checkout, in #bench.
    pub(crate) async fn set_up_elsewhere(&self) {
        self.elsewhere().await;
        let zed = self.person("Zed");
        zed.goes_to("bench").expect("there");
        self.run(&zed, "/setup").await;
        zed.clicks("No roles yet").await.expect("no roles");
        zed.selects("Which channel is the first squad's?", &["#bench"]).await.expect("channel");
        zed.clicks("When to ask…").await.expect("form");
        let form = [("The squad's time zone", "Asia/Tokyo"), ("The squad's name", "Checkout")];
        zed.fills(&form).await.expect("filled in");
        let done = zed.clicks("Create").await.expect("created");
        contains(&done.text(), &["**Done.**", ELSEWHERE]);
        self.settled().await;
    }

    /// The panel that is pinned in a channel of the first server, once it shows the latest: it is
    /// edited at most once in 15 seconds.
    pub(crate) async fn board(&self, channel: &str) -> Option<Seen> {
        self.stage.until(self.stage.now() + chrono::TimeDelta::seconds(20)).await.expect("settles");
        let view = self.person("Ann").sees_in(&self.channel(channel).to_string()).expect("there");
        view.messages.into_iter().rfind(|seen| seen.pinned)
    }

    /// What stands in a file on a message.
    pub(crate) fn file(&self, on: &Reply) -> String {
        let seen = on.message.as_ref().expect("a message");
        let bytes = self.stage.sim.read(|world| {
            let message = world.message(seen.channel, seen.id)?;
            world.files.get(&message.attachments.first()?.id).cloned()
        });
        String::from_utf8(bytes.expect("a file").to_vec()).expect("text")
    }

    /// Fails if any message of the bot notified anybody.
    #[track_caller]
    pub(crate) fn nobody_was_pinged(&self) {
        self.stage.sim.read(|world| {
            for message in world.messages.values().flat_map(|channel| channel.values()) {
                let pinged = message.author == world.bot.user && !message.pinged.is_empty();
                assert!(!pinged, "somebody was notified: {}", message.content);
            }
        });
    }

    /// The messages from the bot that everybody can still read, as Discord keeps them.
    pub(crate) fn on_discord(&self) -> String {
        self.stage.sim.read(|world| {
            let all = world.messages.values().flat_map(|channel| channel.values());
            let bots = all.filter(|message| message.author == world.bot.user && message.private_to.is_none());
            bots.map(|message| format!("{}{}", message.content, json!(message.embeds))).collect::<Vec<_>>().join("\n")
        })
    }

    /// The folder with the database, where it is a file.
    pub(crate) fn database_files(&self) -> Vec<PathBuf> {
        let url = &self.stage.app.config.database.url;
        let main = url.strip_prefix("sqlite:").expect("a file");
        ["", "-wal", "-shm"]
            .iter()
            .map(|end| PathBuf::from(format!("{main}{end}")))
            .filter(|path| path.exists())
            .collect()
    }
}
