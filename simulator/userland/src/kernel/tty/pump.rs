//! The task that carries a console's input to its terminal, so that ^C works while nobody reads.

use super::super::container::Kernel;
use super::Screen;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Bytes carried at once.
const PIECE_BYTES: usize = 4096;
/// The pump's name in a trace.
const TAG: u32 = 0;

/// Starts the task; it ends with the terminal or with the console's input.
pub(in crate::kernel) fn start_pump(kernel: &Arc<Kernel>, number: u32) {
    let pumped = kernel.clone();
    let pump = poll_fn(move |context| carry(&pumped, number, context));
    kernel.group.spawn(TAG, Arc::default(), pump).start();
}

fn carry(kernel: &Kernel, number: u32, context: &mut Context<'_>) -> Poll<()> {
    loop {
        let mut state = kernel.lock();
        let Some(tty) = state.ttys.get_mut(&number) else {
            return Poll::Ready(());
        };
        let Screen::Console(console) = &tty.screen else {
            return Poll::Ready(());
        };
        if tty.gone {
            return Poll::Ready(());
        }
        tty.pump = Some(context.waker().clone());
        if !tty.input.wants_more() {
            return Poll::Pending;
        }
        match console.poll_input(context, PIECE_BYTES) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(bytes) if bytes.is_empty() => {
                tty.input.end();
                state.wake_tty(number);
                return Poll::Ready(());
            }
            Poll::Ready(bytes) => {
                crate::exec::fuel::spend(bytes.len() as u64 * 10);
                state.receive_input(number, &bytes, kernel.clock.now());
            }
        }
    }
}
