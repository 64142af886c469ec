//! Faults that a test switches on.

use std::sync::Mutex;
use std::time::Duration;

use crate::core::lock;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The request isn't carried out and answered with this status.
    FailBefore(u16),
    /// The request is carried out, but the connection is cut before the answer.
    DropAfterAccept,
    /// The request is carried out late.
    Delay(Duration),
}

/// A fault in requests of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP method, or `*`.
    pub method: String,
    /// The route as the ledger writes it (`/channels/{channel}/messages`), or a part of it.
    pub route: String,
    /// How many requests it hits.
    pub times: usize,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// The faults that are switched on.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        lock(&self.0).push(fault);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// The fault that hits this request, which is used up by it.
    pub(crate) fn take(&self, method: &str, route: &str) -> Option<FaultKind> {
        let mut faults = lock(&self.0);
        let fits = |fault: &Fault| (fault.method == "*" || fault.method == method) && route.contains(&fault.route);
        let fault = faults.iter_mut().find(|fault| fault.times > 0 && fits(fault))?;
        fault.times -= 1;
        Some(fault.kind)
    }
}
