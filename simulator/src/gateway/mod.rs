//! The gateway face: one WebSocket a shard.

mod hub;
mod identify;
mod session;
mod squeeze;

pub(crate) use hub::Hub;
pub(crate) use session::connect;
