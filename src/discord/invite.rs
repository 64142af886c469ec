//! The link by which an admin invites the bot.

/// What the bot asks for, and nothing else: view, send, send in threads, create public and private
/// threads, manage threads, read history, embed links, attach files, pin messages, create events.
/// The number is written out, since the gateway library doesn't know the newest of these bits.
pub const PERMISSIONS: u64 = 1 << 10 // view channels
    | 1 << 11 // send messages
    | 1 << 14 // embed links
    | 1 << 15 // attach files
    | 1 << 16 // read message history
    | 1 << 34 // manage threads
    | 1 << 35 // create public threads
    | 1 << 36 // create private threads
    | 1 << 38 // send messages in threads
    | 1 << 44 // create events
    | 1 << 51; // pin messages

/// The link for an application.
pub fn invite(application: &str) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={PERMISSIONS}"
    )
}
