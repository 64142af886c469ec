//! What the bot on serenity is asked for.

use std::time::Duration;

use ::serenity::all::{
    AutoArchiveDuration, ChannelId, ChannelType, ChunkGuildFilter, Command, CommandOptionType as Kind, CommandType,
    CreateAttachment, CreateCommand, CreateCommandOption, CreateEmbed, CreateForumPost, CreateMessage, CreateThread,
    EditAttachments, EditMessage, EditThread, GetMessages, GuildId, Http, HttpError, Member, MessageId, ReactionType,
    UserId,
};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::Handler;

fn id(it: &Value, key: &str) -> Result<u64> {
    Ok(it[key].as_str().context("no id")?.parse()?)
}

fn slash(name: &str) -> CreateCommand {
    CreateCommand::new(name).description(format!("Try {name}"))
}

fn commands() -> Vec<CreateCommand> {
    let option = |kind, name: &str| CreateCommandOption::new(kind, name, name).required(true);
    let plain = ["now", "secret", "later", "hidden", "choose", "form", "file", "rework", "vanish"];
    let mut all: Vec<_> = plain.into_iter().map(slash).collect();
    all.push(slash("fruit").add_option(option(Kind::String, "kind").set_autocomplete(true)));
    all.push(slash("read").add_option(option(Kind::Attachment, "paper")));
    all.push(slash("facts").set_options(vec![
        option(Kind::User, "who"),
        option(Kind::Channel, "where"),
        option(Kind::Role, "role"),
        option(Kind::Integer, "count"),
        option(Kind::Number, "share"),
        option(Kind::Boolean, "sure"),
    ]));
    all.push(CreateCommand::new("Quote").kind(CommandType::Message));
    all.push(CreateCommand::new("Greet").kind(CommandType::User));
    all
}

fn news() -> CreateMessage {
    let embed = CreateEmbed::new().title("News").description("All is well.").field("Since", "today", false);
    let file = CreateAttachment::bytes(b"all is well", "news.txt");
    CreateMessage::new().content("Read this").embed(embed.colour(0x0033_6699)).add_file(file)
}

fn names(members: &[Member]) -> Vec<String> {
    let mut names: Vec<_> = members.iter().map(|member| member.display_name().to_owned()).collect();
    names.sort();
    names
}

pub(super) async fn run(bot: &Handler, http: &Http, it: &Value) -> Result<Value> {
    let channel = || id(it, "channel").map(ChannelId::new);
    let message = || id(it, "message").map(MessageId::new);
    let server = || id(it, "server").map(GuildId::new);
    let person = || id(it, "person").map(UserId::new);
    Ok(match it["ability"].as_str().unwrap_or_default() {
        "register_many" => json!(Command::set_global_commands(http, commands()).await?.len()),
        "register_one" => {
            let server = server()?;
            let gone = server.create_command(http, slash("gone")).await?;
            let local = server.create_command(http, slash("local")).await?;
            server.edit_command(http, local.id, CreateCommand::new("local").description("Only here")).await?;
            server.delete_command(http, gone.id).await?;
            let left = server.get_commands(http).await?;
            json!({"commands": left.iter().map(|one| format!("{}: {}", one.name, one.description)).collect::<Vec<_>>()})
        }
        "read_servers" => {
            let mut servers = json!({});
            for listed in http.get_guilds(None, None).await? {
                let server = http.get_guild(listed.id).await?;
                let mut channels: Vec<_> = server.channels(http).await?.into_values().map(|one| one.name).collect();
                let mut roles: Vec<_> =
                    http.get_guild_roles(listed.id).await?.into_iter().map(|one| one.name).collect();
                channels.sort();
                roles.sort();
                servers[server.name] = json!({"channels": channels, "roles": roles});
            }
            json!({"servers": servers})
        }
        "read_members" => {
            let server = server()?;
            let shards: Vec<_> = bot.memory().shards.values().cloned().collect();
            let shard = &shards[usize::try_from((server.get() >> 22) % 2)?];
            shard.shard.chunk_guild(server, None, false, ChunkGuildFilter::None, None);
            let listed = names(&server.members(http, Some(100), None).await?);
            let one = server.member(http, person()?).await?.display_name().to_owned();
            while bot.memory().chunk.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let mut chunk = bot.memory().chunk.clone();
            chunk.sort();
            json!({"listed": listed, "chunk": chunk, "one": one})
        }
        "read_history" => {
            let mut found = channel()?.messages(http, GetMessages::new().limit(2)).await?;
            let oldest = found.last().context("there are no messages")?.id;
            found.extend(channel()?.messages(http, GetMessages::new().limit(100).before(oldest)).await?);
            json!({"texts": found.iter().rev().map(|one| &one.content).collect::<Vec<_>>()})
        }
        "send" => {
            let sent = channel()?.send_message(http, news()).await?;
            json!({"message": sent.id, "size": sent.attachments[0].size, "title": sent.embeds[0].title})
        }
        "reply" => {
            let answered = channel()?.message(http, message()?).await?;
            json!({"message": answered.reply(http, "An answer").await?.id})
        }
        "edit" => {
            let nothing =
                EditMessage::new().content("Read that").embeds(Vec::new()).attachments(EditAttachments::new());
            let edited = channel()?.edit_message(http, message()?, nothing).await?;
            json!({"text": edited.content, "embeds": edited.embeds.len(), "files": edited.attachments.len()})
        }
        "delete" => json!(channel()?.delete_message(http, message()?).await?),
        "pin" => {
            channel()?.pin(http, message()?).await?;
            let pinned = channel()?.pins(http).await?;
            channel()?.unpin(http, message()?).await?;
            json!({"pinned": pinned.iter().map(|one| one.id).collect::<Vec<_>>()})
        }
        "thread" => {
            let about = CreateThread::new("About it").auto_archive_duration(AutoArchiveDuration::OneHour);
            let thread = channel()?.create_thread_from_message(http, message()?, about).await?.id;
            thread.say(http, "In the thread").await?;
            thread.add_thread_member(http, person()?).await?;
            let members: Vec<_> = thread.get_thread_members(http).await?.into_iter().map(|one| one.user_id).collect();
            let aside = CreateThread::new("Aside").kind(ChannelType::PrivateThread);
            let aside = channel()?.create_thread(http, aside).await?.id;
            let aside = aside.edit_thread(http, EditThread::new().archived(true)).await?;
            json!({"members": members, "archived": aside.thread_metadata.is_some_and(|it| it.archived)})
        }
        "forum_post" => {
            let post = CreateForumPost::new("An idea", CreateMessage::new().content("What if?"));
            let post = channel()?.create_forum_post(http, post).await?;
            json!({"first": post.id.message(http, post.id.get()).await?.content})
        }
        "dm" => {
            let direct = person()?.create_dm_channel(http).await?;
            json!({"message": direct.say(http, "Just between us").await?.id})
        }
        "react" => {
            let emoji = |text: &str| ReactionType::Unicode(text.to_owned());
            channel()?.create_reaction(http, message()?, emoji("👍")).await?;
            channel()?.create_reaction(http, message()?, emoji("✅")).await?;
            channel()?.delete_reaction(http, message()?, None, emoji("✅")).await?;
            let reactions = channel()?.message(http, message()?).await?.reactions;
            json!({"reactions": reactions.iter().map(|one| one.reaction_type.to_string()).collect::<Vec<_>>()})
        }
        // The library counts a text itself, so this one is refused for what only Discord can know.
        "refused" => {
            let twice = ["a", "a"].map(slash);
            match Command::set_global_commands(http, twice.to_vec()).await {
                Err(::serenity::Error::Http(HttpError::UnsuccessfulRequest(response))) => {
                    json!({"code": response.error.code, "status": response.status_code.as_u16()})
                }
                other => bail!("it wasn't refused: {other:?}"),
            }
        }
        "heard" => json!({"heard": bot.memory().heard}),
        "answered" => json!({"answered": bot.memory().answered}),
        "resumed" => json!({"resumed": bot.memory().resumed, "identified": bot.memory().identified}),
        "say" => {
            let texts: Vec<String> = serde_json::from_value(it["texts"].clone())?;
            // One after another: of requests at once, serenity counts what the last answer says, so that
            // Discord, too, refuses some of them.
            for text in texts {
                channel()?.say(http, text).await?;
            }
            Value::Null
        }
        other => bail!("nobody taught it to {other}"),
    })
}
