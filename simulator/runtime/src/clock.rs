//! The zone's clock and its timers.
