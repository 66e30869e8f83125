//! Ctrl-C and TERM: the scenario at hand is finished and cleared away, no other begins, and what was found is written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

/// Whether somebody has asked to stop.
static ASKED: AtomicBool = AtomicBool::new(false);

/// The exit status of who is asked twice.
const AT_ONCE: i32 = 130;

/// Whether no other scenario is to begin.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Listens from now on; whoever asks twice does not want to wait.
pub fn watch() {
    let listen = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let interrupt = signal(SignalKind::interrupt());
            let terminate = signal(SignalKind::terminate());
            let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
                return;
            };
            for again in [false, true] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if again {
                    std::process::exit(AT_ONCE);
                }
                ASKED.store(true, Ordering::Relaxed);
                eprintln!("stopping after this scenario; once more: at once");
            }
        });
    };
    // Without a thread a signal ends the program, as it did before.
    drop(
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(listen),
    );
}
