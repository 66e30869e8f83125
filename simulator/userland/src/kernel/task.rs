//! The task of a process: runs its program until something ends it.

use super::container::Kernel;
use super::memory::{OutOfMemory, enter};
use super::process::TaskState;
use super::{BoxFuture, Exit, Pid, Sys, WaitStatus};
use runtime::Signal;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

/// What a process may do with its turn.
enum Turn {
    Run,
    Park,
    Die(Signal),
}

/// A process's program and its place in the kernel. Dropped early, it counts as killed.
struct ProcessTask {
    kernel: Arc<Kernel>,
    pid: Pid,
    task: Arc<TaskState>,
    program: Option<BoxFuture<'static, Exit>>,
    on_start: Option<Box<dyn FnOnce() + Send>>,
    ended: bool,
}

impl Kernel {
    /// Makes the process's task and lets it run.
    pub(super) fn start_task(
        self: &Arc<Self>,
        pid: Pid,
        task: Arc<TaskState>,
        program: BoxFuture<'static, Exit>,
        on_start: Option<Box<dyn FnOnce() + Send>>,
    ) {
        let account = task.account.clone();
        let process_task = ProcessTask {
            kernel: self.clone(),
            pid,
            task,
            program: Some(program),
            on_start,
            ended: false,
        };
        let new_task = self.group.spawn(pid, account, process_task);
        if let Some(process) = self.lock().process_mut(pid) {
            process.waker = Some(new_task.waker());
        }
        new_task.start();
    }

    fn turn(&self, pid: Pid) -> Turn {
        let mut state = self.lock();
        let Some(process) = state.process_mut(pid) else {
            return Turn::Die(Signal::Kill);
        };
        match (process.signals.fatal, process.stopped) {
            (Some(Signal::Kill), _) => return Turn::Die(Signal::Kill),
            // What would end it waits for its continuation.
            (_, Some(_)) => return Turn::Park,
            (Some(signal), None) => return Turn::Die(signal),
            (None, None) => {}
        }
        process.task.set_attention(false);
        Turn::Run
    }
}

impl ProcessTask {
    /// Drops the program first: what it owns may still make system calls.
    fn end(&mut self, status: WaitStatus) {
        let program = self.program.take();
        if catch_unwind(AssertUnwindSafe(move || drop(program))).is_err() {
            (self.kernel.on_panic)("the end of a process");
        }
        if !std::mem::replace(&mut self.ended, true) {
            self.kernel.exit(self.pid, status);
        }
    }

    fn poll_program(&mut self, context: &mut Context<'_>) -> Poll<Exit> {
        let Some(program) = &mut self.program else {
            return Poll::Ready(Exit::Signal(Signal::Kill));
        };
        let _entered = enter(&self.task.footprint);
        let polled = catch_unwind(AssertUnwindSafe(|| program.as_mut().poll(context)));
        polled.unwrap_or_else(|payload| {
            Poll::Ready(Exit::Signal(if payload.is::<OutOfMemory>() {
                Signal::Kill
            } else {
                (self.kernel.on_panic)("a process");
                Signal::Abrt
            }))
        })
    }
}

impl Future for ProcessTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if let Some(on_start) = this.on_start.take() {
            on_start();
        }
        loop {
            if this.task.needs_attention() {
                match this.kernel.turn(this.pid) {
                    Turn::Run => {}
                    Turn::Park => return Poll::Pending,
                    Turn::Die(signal) => {
                        this.end(WaitStatus::Signaled(signal));
                        return Poll::Ready(());
                    }
                }
            }
            this.task.yielded.store(false, Ordering::Relaxed);
            match this.poll_program(context) {
                Poll::Pending if this.task.needs_attention() => {}
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Exit::Exec(image)) => {
                    this.program = None;
                    let image = *image;
                    let main = image.main;
                    let argv = this.kernel.replace_program(this.pid, image);
                    let sys = Sys::new(this.kernel.clone(), this.pid, argv, this.task.clone());
                    this.program = Some(main(sys));
                }
                Poll::Ready(Exit::Status(status)) => {
                    this.end(WaitStatus::Exited(status));
                    return Poll::Ready(());
                }
                Poll::Ready(Exit::Signal(signal)) => {
                    this.end(WaitStatus::Signaled(signal));
                    return Poll::Ready(());
                }
            }
        }
    }
}

impl Drop for ProcessTask {
    fn drop(&mut self) {
        if !self.ended {
            self.end(WaitStatus::Signaled(Signal::Kill));
        }
    }
}
