//! A bot on serenity, in this process, with serenity's own rate limiter on. That one ignores a proxy, so
//! the bot asks the real host by name, which leads to the tap here, and trusts the tap's certificate.

mod answers;
mod tasks;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use ::serenity::all::{
    ClientBuilder, Context, EventHandler, GatewayIntents, Guild, GuildId, GuildMembersChunkEvent, Http, HttpBuilder,
    Interaction, Message, Reaction, Ready, ResumedEvent, async_trait,
};
use anyhow::Result;
use reqwest::Certificate;
use serde_json::json;
use simulator::Simulator;
use tokio::sync::mpsc::UnboundedSender;

use crate::client::Client;
use crate::tap::Tap;

/// What the bot remembers.
#[derive(Default)]
struct Memory {
    shards: BTreeMap<u32, Context>,
    servers: BTreeMap<GuildId, String>,
    ready: bool,
    resumed: u64,
    identified: u64,
    heard: Vec<String>,
    chunk: Vec<String>,
    answered: Vec<String>,
}

#[derive(Clone)]
struct Handler {
    memory: Arc<Mutex<Memory>>,
    says: UnboundedSender<serde_json::Value>,
}

impl Handler {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("nobody panics with it")
    }

    /// Tells that it is logged in, when both shards and all servers are there: handlers run in any order.
    fn tell_once_complete(&self, mut memory: MutexGuard<'_, Memory>) {
        let complete = memory.shards.len() == 2 && memory.servers.values().all(|name| !name.is_empty());
        if complete && !memory.ready {
            memory.ready = true;
            let mut servers: Vec<_> = memory.servers.values().cloned().collect();
            servers.sort();
            let saw = json!({"bot": "Bot", "shards": memory.shards.len(), "servers": servers});
            self.say(json!({"ability": "log_in", "ok": true, "saw": saw}));
        }
    }

    fn say(&self, line: serde_json::Value) {
        // Nobody may listen any more.
        let _ = self.says.send(line);
    }
}

/// Starts the bot.
pub(crate) fn start(tap: &Tap, sim: &Simulator) -> Result<Client> {
    let certificate = Certificate::from_der(tap.certificate())?;
    let web = reqwest::Client::builder().resolve("discord.com", tap.secure()).add_root_certificate(certificate);
    let http = HttpBuilder::new(sim.token()).client(web.build()?).build();
    let (client, mut asked, says) = Client::pair(None);
    let handler = Handler { memory: Arc::default(), says };
    tokio::spawn(async move {
        let intents =
            GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT | GatewayIntents::GUILD_MEMBERS;
        let mut bot = ClientBuilder::new_with_http(http, intents).event_handler(handler.clone()).await.expect("a bot");
        let http: Arc<Http> = Arc::clone(&bot.http);
        let shards = Arc::clone(&bot.shard_manager);
        let teller = handler.clone();
        let running = tokio::spawn(async move {
            if let Err(error) = bot.start_autosharded().await {
                teller.say(json!({"ability": "log_in", "ok": false, "error": format!("{error:?}")}));
            }
        });
        while let Some(it) = asked.recv().await {
            let ability = it["ability"].clone();
            handler.say(match tasks::run(&handler, &http, &it).await {
                Ok(saw) => json!({"ability": ability, "ok": true, "saw": saw}),
                Err(error) => json!({"ability": ability, "ok": false, "error": format!("{error:#}")}),
            });
        }
        shards.shutdown_all().await;
        running.abort();
    });
    Ok(client)
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, ready: Ready) {
        let mut memory = self.memory();
        memory.identified += 1;
        for server in ready.guilds {
            memory.servers.entry(server.id).or_default();
        }
        memory.shards.insert(ctx.shard_id.0, ctx);
        self.tell_once_complete(memory);
    }

    async fn guild_create(&self, _: Context, server: Guild, _: Option<bool>) {
        let mut memory = self.memory();
        memory.servers.insert(server.id, server.name);
        self.tell_once_complete(memory);
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.memory().resumed += 1;
    }

    async fn guild_members_chunk(&self, _: Context, chunk: GuildMembersChunkEvent) {
        self.memory().chunk = chunk.members.values().map(|member| member.display_name().to_owned()).collect();
    }

    async fn message(&self, _: Context, message: Message) {
        if !message.author.bot {
            let mut memory = self.memory();
            let place = message.guild_id.and_then(|id| memory.servers.get(&id)).map_or("DM", String::as_str);
            let heard = format!("{place}: {}", message.content);
            memory.heard.push(heard);
        }
    }

    async fn reaction_add(&self, _: Context, reaction: Reaction) {
        if !reaction.member.as_ref().is_some_and(|member| member.user.bot) {
            self.memory().heard.push(format!("reaction {}", reaction.emoji));
        }
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let name = interaction.as_command().map(|command| command.data.name.clone());
        match answers::answer(&ctx, interaction).await {
            Ok(()) => self.memory().answered.extend(name),
            Err(error) => self.say(json!({"trouble": format!("{error:#}")})),
        }
    }
}
