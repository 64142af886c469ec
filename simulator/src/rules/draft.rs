//! A message as a body describes it, checked.

use std::sync::Arc;

use serde_json::Value;

use super::Rejection;
use super::form::Form;
use super::mentions::Allowed;
use super::{components, embeds};
use crate::world::{MessageId, flag};

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The number in `files[n]`.
    pub(crate) number: String,
    /// Its name.
    pub(crate) filename: String,
    /// What it is.
    pub(crate) content_type: Option<String>,
    /// Its content.
    pub(crate) bytes: Arc<[u8]>,
    /// Words for those who can't see it.
    pub(crate) description: Option<String>,
}

/// A checked message. What is `None` isn't mentioned: nothing in a new message, unchanged in an edit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    /// The attachments that an edit keeps.
    pub(crate) kept: Option<Vec<u64>>,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed: Allowed,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    pub(crate) reference: Option<Reference>,
}

/// The message that is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    pub(crate) message: MessageId,
    pub(crate) must_exist: bool,
}

impl Draft {
    /// Checks a body. An edit of a message made of components is told so, since its body needn't say it.
    pub(crate) fn parse(body: &Value, mut uploads: Vec<Upload>, v2_already: bool) -> Result<Self, Rejection> {
        let mut form = Form::default();
        let flags = form.number("flags", body.get("flags"), 0, u64::from(u32::MAX));
        let v2 = v2_already || flags.unwrap_or(0) & flag::COMPONENTS_V2 != 0;
        let content = form.text("content", body.get("content"), 0, 2000);
        let draft = Self {
            content: given(body, "content", || content.unwrap_or_default().to_owned()),
            embeds: embeds::check(&mut form, body.get("embeds")).or_else(|| given(body, "embeds", Vec::new)),
            components: components::check(&mut form, body.get("components"), v2)
                .or_else(|| given(body, "components", Vec::new)),
            kept: kept(&mut form, body, &mut uploads),
            uploads,
            flags,
            allowed: Allowed::parse(&mut form, body.get("allowed_mentions")),
            nonce: nonce(&mut form, body.get("nonce")),
            enforce_nonce: body.get("enforce_nonce").and_then(Value::as_bool).unwrap_or(false),
            reference: reference(&mut form, body.get("message_reference")),
        };
        if v2 {
            draft.check_only_components(&mut form);
        }
        form.finish()?;
        Ok(draft)
    }

    fn check_only_components(&self, form: &mut Form) {
        let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
        if self.content.as_ref().is_some_and(|content| !content.is_empty()) {
            form.wrong("content", code, "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
        }
        if self.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            form.wrong("embeds", code, "The 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
        }
    }

    /// Whether a new message would show nothing.
    pub(crate) fn is_empty(&self) -> bool {
        let none = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.content.as_ref().is_none_or(|content| content.trim().is_empty())
            && none(&self.embeds)
            && none(&self.components)
            && self.uploads.is_empty()
    }

    /// Whether a flag was asked for.
    pub(crate) fn asks(&self, flag: u64) -> bool {
        self.flags.unwrap_or(0) & flag != 0
    }
}

/// The value of a field that is there, if only as null.
fn given<T>(body: &Value, key: &str, value: impl FnOnce() -> T) -> Option<T> {
    body.get(key).map(|_| value())
}

fn nonce(form: &mut Form, value: Option<&Value>) -> Option<Value> {
    let nonce = value.filter(|value| !value.is_null())?;
    if !nonce.is_i64() && !nonce.is_u64() {
        form.text("nonce", Some(nonce), 0, 25);
    }
    Some(nonce.clone())
}

fn reference(form: &mut Form, value: Option<&Value>) -> Option<Reference> {
    let value = value.filter(|value| !value.is_null())?;
    let message = value.get("message_id").and_then(|id| serde_json::from_value(id.clone()).ok());
    if message.is_none() {
        form.required("message_reference.message_id");
    }
    let must_exist = value.get("fail_if_not_exists").and_then(Value::as_bool).unwrap_or(true);
    message.map(|message| Reference { message, must_exist })
}

/// Reads `attachments`: descriptions of new files, and in an edit the ids of those that stay.
fn kept(form: &mut Form, body: &Value, uploads: &mut [Upload]) -> Option<Vec<u64>> {
    if uploads.len() > 10 {
        form.length("attachments", uploads.len(), 0, 10);
    }
    let listed = form.list("attachments", body.get("attachments"), 0, 10)?;
    let mut kept = Vec::new();
    for (index, item) in listed.iter().enumerate() {
        let id = item.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).unwrap_or_default();
        let path = format!("attachments.{index}.description");
        let description = form.text(&path, item.get("description"), 0, 1024).map(str::to_owned);
        let upload = uploads.iter_mut().find(|upload| upload.number == id);
        match upload {
            Some(upload) => {
                upload.description = description;
                if let Some(name) = item.get("filename").and_then(Value::as_str) {
                    name.clone_into(&mut upload.filename);
                }
            }
            None => kept.extend(id.parse::<u64>().ok()),
        }
    }
    Some(kept)
}
