//! The scheduler: run queues of tasks that spend fuel.
