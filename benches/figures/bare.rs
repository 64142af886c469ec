//! The reference: a bot of nothing but serenity, in a process of its own.

use serenity::all::{
    Context, CreateInteractionResponse, CreateInteractionResponseMessage, EventHandler, GatewayIntents, Interaction,
};
use serenity::client::ClientBuilder;
use serenity::http::HttpBuilder;

/// The word on the command line that asks for it.
pub(crate) const MODE: &str = "bare";

struct Handler;

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        if let Interaction::Command(command) = interaction {
            let message = CreateInteractionResponseMessage::new().content("Hello").ephemeral(true);
            let answer = CreateInteractionResponse::Message(message);
            if let Err(error) = command.create_response(&context.http, answer).await {
                eprintln!("the bare bot's answer failed: {error}");
            }
        }
    }
}

/// Answers every command with the same word, for as long as it is let.
pub(crate) async fn run(url: &str, token: &str) -> anyhow::Result<()> {
    let http = HttpBuilder::new(token).proxy(url).ratelimiter_disabled(true).build();
    let intents = GatewayIntents::GUILDS | GatewayIntents::DIRECT_MESSAGES;
    let mut client = ClientBuilder::new_with_http(http, intents).event_handler(Handler).await?;
    Ok(client.start().await?)
}
