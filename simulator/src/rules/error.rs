//! Discord's errors.

use serde_json::{Value, json};

/// A request that isn't accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejection {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Discord's own code.
    pub(crate) code: u32,
    /// Discord's words.
    pub(crate) message: String,
    /// The tree of what is wrong with a form.
    pub(crate) errors: Option<Value>,
}

/// Names an error: status, code, words.
macro_rules! rejections {
    ($($name:ident = $status:expr, $code:expr, $words:expr;)+) => {
        impl Rejection {
            $(
                #[doc = concat!($words, ".")]
                pub(crate) fn $name() -> Self {
                    Self::new($status, $code, $words)
                }
            )+
        }
    };
}

rejections! {
    not_found = 404, 0, "404: Not Found";
    method_not_allowed = 405, 0, "405: Method Not Allowed";
    unauthorized = 401, 0, "401: Unauthorized";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_server = 404, 10004, "Unknown Guild";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_role = 404, 10011, "Unknown Role";
    unknown_user = 404, 10013, "Unknown User";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    unknown_event = 404, 10070, "Unknown Guild Scheduled Event";
    not_own_application = 403, 20012, "You are not authorized to perform this action on this application";
    edits_too_old = 429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later";
    already_answered = 400, 40060, "Interaction has already been acknowledged.";
    missing_access = 403, 50001, "Missing Access";
    foreign_message = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    dms_closed = 403, 50007, "Cannot send messages to this user";
    not_a_text_channel = 400, 50008, "Cannot send messages in a non-text channel";
    missing_permissions = 403, 50013, "Missing Permissions";
    invalid_webhook_token = 401, 50027, "Invalid Webhook Token";
    malformed_json = 400, 50109, "The request body contains invalid JSON.";
    invalid_channel_type = 400, 50024, "Cannot execute action on this channel type";
    thread_archived = 400, 50083, "Thread is archived";
    thread_exists = 400, 160_004, "A thread has already been created for this message";
    no_shared_server = 403, 50278, "Cannot send messages to this user due to having no mutual guilds";
    too_many_pins = 400, 30003, "Maximum number of pins reached (250)";
    payload_too_large = 413, 40005, "Request entity too large";
}

impl Rejection {
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None }
    }

    /// "Invalid Form Body" with the tree of errors.
    pub(crate) fn invalid_form(errors: Value) -> Self {
        Self { errors: Some(errors), ..Self::new(400, 50035, "Invalid Form Body") }
    }

    /// The body of the response.
    pub(crate) fn json(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
